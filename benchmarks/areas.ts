/**
 * All that is measured. A new area is a file beside this one, and a line here.
 */
import type { Area } from "./compare.ts";
import { fifo } from "./fifo.ts";
import { growth } from "./growth.ts";
import { process } from "./process.ts";
import { pty } from "./pty.ts";
import { signals } from "./signals.ts";
import { sockets } from "./sockets.ts";
import { sysv } from "./sysv.ts";

/** In the order of their tables. */
export const areas: readonly Area[] = [sysv, process, signals, fifo, pty, sockets, ...growth];
