/**
 * What has passed in a terminal, as it is told to whoever keeps a record.
 */

/** Something that has passed. */
export interface TranscriptEntry {
  /** Whether it was shown by the terminal, or typed by us. */
  readonly direction: "received" | "sent";
  /** The bytes; nothing if they are hidden. */
  readonly data: Uint8Array;
  /** Whether it was typed while a line was read without echo, as a password is: then the bytes are not told. */
  readonly hidden: boolean;
}

/**
 * Is told of everything that passes, in its order: of what was typed once the terminal has taken all of it, and not at all
 * if that was given up. What it throws is what the reading or typing throws. What has come is not lost by that, and is
 * not told again.
 */
export type Transcript = (entry: TranscriptEntry) => void;
