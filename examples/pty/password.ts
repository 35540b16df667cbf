/**
 * Answers a program that asks for a password, which it does on the terminal whatever its standard input is.
 *
 *     deno run --allow-ffi --allow-run=python3 examples/pty/password.ts
 *
 * The password is asked for without showing it, or is the first line of standard input. It is typed only
 * when the other terminal shows it as little, and a record of all that passes does not have it.
 */
import { EOF, isTerminal, noEcho, spawnTerminal, type TranscriptEntry } from "../../pty/mod.ts";

const program = `
import getpass, hashlib
password = getpass.getpass("Password: ")
print("its SHA-256 is", hashlib.sha256(password.encode()).hexdigest())
`;
import { failed, operands } from "../program.ts";

operands(""); // none

const decoder = new TextDecoder();
const password = await secret();
if (password === "") failed("no password was given, neither here nor on standard input");

let transcript = "";
const record = ({ data, hidden }: TranscriptEntry) => {
  transcript += hidden ? "(typed in secret)" : decoder.decode(data);
};
await using terminal = spawnTerminal("python3", ["-c", program], {
  timeout: 10_000,
  transcript: record,
});
await terminal.expect("Password: ");
await terminal.waitNoEcho();
await terminal.sendLine(password);
await terminal.expect(EOF);
console.log(transcript.replaceAll("\r", "").trimEnd());
console.log(`the password is ${transcript.includes(password) ? "" : "not "}in the transcript`);

async function secret(): Promise<string> {
  using _ = isTerminal(0) ? noEcho() : undefined;
  if (isTerminal(0)) console.log("A password to try, please:");
  const buffer = new Uint8Array(1000);
  const size = await Deno.stdin.read(buffer) ?? 0;
  return decoder.decode(buffer.subarray(0, size)).split("\n")[0];
}
