/**
 * The signals of this system by number and name; or those that are asked for, by either.
 *
 *     deno run --allow-ffi examples/signals/names.ts [SIGNAL...]
 *
 * Try it with `17 CLD RTMIN+2 TREM`.
 */
import { signalName, signalNames, signalNumber } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const given = operands("[SIGNAL...]");
const wanted = given.length > 0 ? given : signalNames();

for (const word of wanted) {
  try {
    const number = signalNumber(/^\d+$/.test(word) ? Number(word) : word);
    console.log(`${String(number).padStart(2)} ${signalName(number)}`);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    console.error(error.message); // it names those that may have been meant
    Deno.exitCode = 1;
  }
}
