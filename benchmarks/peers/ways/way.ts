/**
 * A way for two processes to talk: what its two ends are, and what is told to both.
 */
import type { Child, SpawnOptions } from "../../../process/mod.ts";
import { task } from "../task.ts";

/** One end. What its functions return is awaited, or they block. */
export interface End {
  /** Sends 64 bytes, or hands over the turn. */
  send(): unknown;
  /** Receives them, or waits for the turn. */
  receive(): unknown;
}

/** Starts the other end, with more descriptors or words. */
export type Start = (fds?: SpawnOptions["fds"], ...words: (string | number)[]) => Child;

/** Both ends. */
export interface Way {
  /** The end of whoever measures, which starts the other one. */
  here(start: Start): End | Promise<End>;
  /** The other end. */
  there(): End | Promise<End>;
}

/** Which way is measured, and "sync" if both ends block instead of awaiting. */
export const [mechanism, form]: string[] = task.name.replace("other-", "").split("-");

/** Whether both ends block. */
export const sync: boolean = form === "sync";

/** What is sent. */
export const message: Uint8Array<ArrayBuffer> = new Uint8Array(task.bytes).fill(0x78);

/** Where it is received. */
export const room: Uint8Array<ArrayBuffer> = new Uint8Array(task.bytes);
