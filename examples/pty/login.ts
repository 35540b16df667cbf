/**
 * Logs in for you, hands over the keyboard until you type ^], and then does one more thing by itself.
 *
 *     deno run --allow-ffi --allow-run=sh,/bin/sh examples/pty/login.ts [NAME]
 *
 * The other side, which may well be `ssh`, is here a shell that asks for a name and a password first. /bin/sh
 * also watches over your terminal: it is as it was afterwards even if this program is killed.
 */
import { converse, EOF, spawnTerminal } from "../../pty/mod.ts";
import { operands } from "../program.ts";

const [name = "guest"] = operands("[NAME]");
const host = `
printf "login: "; read -r name
stty -echo; printf "Password: "; read -r password; stty echo
echo; echo "Welcome $name, who has a password of \${#password} characters"
exec sh -i`;

await using session = spawnTerminal("sh", ["-c", host], { env: { PS1: "$ " }, timeout: 10_000 });
const [, , welcome] = await converse(session, [
  ["login: ", `${name}\r`],
  ["Password: ", async () => {
    await session.waitNoEcho();
    return "secret\r";
  }],
  [/Welcome .*/],
], { timeout: 10_000 });
console.log(`${welcome.match}. The keyboard is yours until ^]`);

if (await session.interact() === "escape") {
  await session.sendControl("u"); // whatever was begun in this line
  await session.sendLine("pwd");
  const { captures } = await session.expect(/^(\/.*)\r$/m);
  console.log(`\ntaken back; you were in ${captures[0]}`);
  await session.sendLine("exit");
  await session.expect(EOF);
}
console.log(`the session ended with ${(await session.wait({ timeout: 10_000 })).code}`);
