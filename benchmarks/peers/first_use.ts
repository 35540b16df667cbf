/**
 * What a script does that uses the library for the first time; timed against an empty one.
 */
import { MessageQueue } from "../../sysv/mod.ts";

using queue = MessageQueue.create("private");
queue.sendSync("first");
queue.receiveSync();
