/**
 * Asks many machines for the time at once, and tells how far their clocks are from ours.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/udp_time.ts HOST[:PORT]...
 *
 * All have five seconds together. A question that gets lost on the way is asked again.
 */
import { askAll } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const SECONDS_OF_70_YEARS = 2_208_988_800; // the service counts from 1900 on

const hosts = operands("HOST[:PORT]...").map((host) =>
  host.includes(":") ? host : `${host}:time(37)`
);
const begin = Date.now();
const answers = await askAll(hosts, "", { timeout: 5000, attempts: 10 });

for (const { address, data, after, error } of answers) {
  const said = data?.length === 4
    ? difference(data, after!)
    : error instanceof Error
    ? error.message
    : "did not answer";
  console.log(`${String(address).padEnd(24)} ${said}`);
}
const heard = answers.filter(({ data }) => data !== undefined);
console.log(`${heard.length} of ${answers.length} have answered`);

function difference(data: Uint8Array<ArrayBuffer>, after: number): string {
  const theirs = new DataView(data.buffer, data.byteOffset).getUint32(0) - SECONDS_OF_70_YEARS;
  const seconds = Math.round(theirs - (begin + after) / 1000); // when it answered, not when all had
  return `${seconds} s from us, answered after ${after.toFixed(1)} ms`;
}
