/**
 * Fetches documents from a web server, each over a connection of its own, and prints them with their headers.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/webget.ts HOST[:PORT] DOCUMENT...
 *
 * It shows how little a protocol of lines needs. `fetch` does this better.
 */
import { connectTcp } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [host, ...documents] = operands("HOST[:PORT] DOCUMENT...");

for (const document of documents) {
  using connection = await connectTcp(host.includes(":") ? host : `${host}:http(80)`);
  await connection.writeLine(`GET ${document} HTTP/1.0`);
  await connection.writeLine(""); // no headers
  for await (const line of connection.lines()) console.log(line);
}
