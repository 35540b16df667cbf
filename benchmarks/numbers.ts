/**
 * How numbers and sentences are written, in tables, pictures and the README.
 */

/** Our speed as a multiple of another's; nothing where there is none. */
export function factor(value: number | undefined): string {
  if (value === undefined) return "";
  if (value < 0.095) return value.toPrecision(1);
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

/** Three digits and a unit; nothing where there is no time. */
export function duration(nanoseconds: number | undefined): string {
  if (nanoseconds === undefined) return "";
  if (nanoseconds < 999.5) return `${digits(nanoseconds)} ns`;
  if (nanoseconds < 999.5e3) return `${digits(nanoseconds / 1e3)} µs`;
  return `${digits(nanoseconds / 1e6)} ms`;
}

function digits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

/** The lines of a text that are no longer than `width`. */
export function wrapped(content: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of content.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > width) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}
