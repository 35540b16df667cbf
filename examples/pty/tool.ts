/**
 * A command-line tool that is another one on a terminal than elsewhere. The tests of it are in tool_test.ts.
 *
 *     deno run examples/pty/tool.ts
 *
 * It colors what it says, asks before it begins, fills a line of the window, draws that anew when the window
 * has another size, and ends with 130 on ^C, as shells have it.
 */
const onTerminal = Deno.stdout.isTerminal();
const warning = "this takes a minute";
console.log(onTerminal && !Deno.noColor ? `\x1b[31m${warning}\x1b[m` : warning);

if (onTerminal && !confirm("Go on?")) {
  console.log("then not");
  Deno.exit(1);
}

function draw(): void {
  const bar = "=".repeat(Deno.consoleSize().columns - 2);
  Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[K${bar}>`));
}

Deno.addSignalListener("SIGINT", () => {
  console.log("\ncalled off");
  Deno.exit(130);
});
if (onTerminal) {
  Deno.addSignalListener("SIGWINCH", draw);
  draw();
} else {
  console.log("at work");
}
setTimeout(() => Deno.exit(), 60_000); // what it does
