/**
 * Asks several machines for the time, one after the other, and tells how far their clocks are from ours.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/time_client.ts HOST[:PORT]...
 */
import { connectTcp } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const SECONDS_OF_70_YEARS = 2_208_988_800; // the service counts from 1900 on

const hosts = operands("HOST[:PORT]...");
print("here", 0, Date.now() / 1000);
for (const host of hosts) {
  try {
    const time = await timeOf(host.includes(":") ? host : `${host}:time(37)`);
    print(host, Math.round(time - Date.now() / 1000), time);
  } catch (error) {
    console.log(`${host.padEnd(24)} ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}

async function timeOf(address: string): Promise<number> {
  using connection = await connectTcp(address, { timeout: 5000 });
  let seconds = 0; // four bytes, the highest first
  for (let i = 0; i < 4; i++) {
    const byte = await connection.readByte({ timeout: 5000 });
    if (byte === null) throw new Error("hung up in the middle");
    seconds = seconds * 256 + byte;
  }
  return seconds - SECONDS_OF_70_YEARS;
}

function print(host: string, difference: number, time: number): void {
  console.log(`${host.padEnd(24)} ${String(difference).padStart(8)} ${new Date(time * 1000)}`);
}
