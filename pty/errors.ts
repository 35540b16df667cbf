/**
 * What an expectation that is not met fails with.
 */

/** How many lines of what was seen an error shows, and of how many characters at most. */
const LINES = 10;
const WIDTH = 200;

/**
 * What was expected has not come in time: a `DOMException` named TimeoutError, like that of every wait, whose message
 * shows the last lines that were seen. They are still there for the next expectation.
 */
export class ExpectTimeoutError extends DOMException {
  /** All that was there when the time was over, and matched nothing. */
  readonly before: string;

  /** After `timeout` milliseconds nothing of `before` matched the patterns, in words. */
  constructor(timeout: number, patterns: string, before: string) {
    super(
      `Timed out after ${Math.ceil(timeout)} ms waiting for ${patterns}${lastLines(before)}`,
      "TimeoutError",
    );
    this.before = before;
  }
}

/** The terminal has ended before what was expected came. Its message shows the last lines that were seen. */
export class EndOfFileError extends Error {
  /** All that was left, and matched nothing. */
  readonly before: string;

  /** When the terminal ended nothing of `before` matched the patterns, in words. */
  constructor(patterns: string, before: string) {
    super(`The terminal has ended before ${patterns} came${lastLines(before)}`);
    this.name = "EndOfFileError";
    this.before = before;
  }
}

/** The last lines of what was seen, in which every character can be seen. */
function lastLines(seen: string): string {
  if (seen === "") return "; nothing was seen";
  const lines = seen.slice(-LINES * WIDTH).split(/(?<=\n)/).slice(-LINES);
  return `; the last that was seen:\n${lines.map((line) => `  ${visible(line)}`).join("\n")}`;
}

/** The end of a line, with its control characters as JavaScript writes them. */
function visible(line: string): string {
  const shown = line.replace(/[\p{Cc}\p{Cf}\p{Cs}\\]/gu, (one) => escapes[one] ?? escaped(one));
  return shown.length > WIDTH ? `…${shown.slice(-WIDTH)}` : shown;
}

const escapes: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\\": "\\\\",
};

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
