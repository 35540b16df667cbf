/**
 * Errors of Deno's own API, which do not say where it was.
 */
import type { SyscallTarget } from "../libc/mod.ts";

/** The same error, of the same class and with the same `code`, once more, with where it was as our own have it. */
export function placed(error: unknown, target: SyscallTarget): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return error;
  const Same = error.constructor as new (message: string, options: ErrorOptions) => Error;
  const where = target.path ?? target.address;
  const message = error.message.replace(/ \(os error \d+\)$/, ` (${code})`);
  return Object.assign(new Same(`${message}: ${where}`, { cause: error }), { code, ...target });
}
