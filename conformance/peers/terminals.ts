/**
 * The programs of terminals.pl that are driven.
 */
import { Fd, noEcho, spawnTerminal, terminalSize } from "../../pty/mod.ts";

const [action] = Deno.args;

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (action === "login") {
  using keyboard = Fd.copyOf(0);
  const lines = keyboard.lines();
  print("name: ");
  const { value: name } = await lines.next();
  let password: string;
  {
    using _ = noEcho();
    print("password: ");
    password = (await lines.next()).value!;
  }
  print(`\n${name} has ${password.length} characters\n`);
  Deno.exitCode = 3;
} else if (action === "relay") {
  await using cat = spawnTerminal("sh", ["-c", "echo ready; exec cat"]);
  await cat.interact();
  print("back\n");
} else {
  noEcho(); // for good, as terminals.pl does, which says why
  const tell = () => {
    const { columns, rows } = terminalSize(0);
    print(`${columns}x${rows}\n`);
  };
  Deno.addSignalListener("SIGWINCH", tell);
  tell();
  setInterval(() => {}, 1000); // a listener keeps no program alive
}
