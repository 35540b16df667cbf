/**
 * What is different where somebody looks at a terminal: lines end at its edge, and one can be overwritten.
 */

const HEARTBEAT = 100; // milliseconds

/** How long a line may be. */
function width(): number {
  return Deno.stdout.isTerminal() ? Deno.consoleSize().columns || 80 : Infinity;
}

/** Breaks a text at its blanks so that it fits into a terminal, all lines but the first behind a margin. */
export function fold(text: string, margin: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (margin + line.length + 1 + word.length > width()) lines.push(word);
    else lines[lines.length - 1] += ` ${word}`;
  }
  return lines.join(`\n${" ".repeat(margin)}`);
}

/**
 * Until it is disposed, says how long something has been going on, in a line that is overwritten and in the end
 * gone. Says nothing about what does not take long, nor where no terminal is.
 */
export function progress(line: (milliseconds: number) => string): Disposable {
  if (!Deno.stdout.isTerminal() || Deno.env.get("TERM") === "dumb") return new DisposableStack();
  const start = performance.now();
  const timer = setInterval(() => {
    const text = line(performance.now() - start).slice(0, width() - 1);
    overwrite(text);
  }, HEARTBEAT);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      overwrite("");
    },
  };
}

function overwrite(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}
