/**
 * Pieces of bytes as a whole.
 */

/** All pieces in one array; a single one is that array itself. */
export function concatenate<P extends Uint8Array>(
  pieces: readonly P[],
): P | Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(
    new ArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0)),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
