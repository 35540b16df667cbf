/**
 * Our own terminal joined with another one.
 */
import { Fd, requirePatience, together, type WaitOptions, whenReady } from "../io/mod.ts";
import { addListener, describe, hasCode, type OptionNames } from "../libc/mod.ts";
import type { Dialogue } from "./dialogue.ts";
import { isTerminal, raw, type TerminalSize, terminalSize } from "./settings.ts";

/** How two terminals are joined. */
export interface InteractOptions {
  /** The character that ends it when it is typed, and is not passed on. Default "\x1d", which is ^]. */
  escape?: string;
  /** Ends it with this signal's reason. */
  signal?: AbortSignal;
}

/** What {@linkcode InteractOptions} are called. */
export const interactNames: OptionNames<InteractOptions> = { escape: true, signal: true };

/** Why two terminals are joined no longer: the escape character was typed, or the other one has ended. */
export type Interaction = "escape" | "end";

const KEYBOARD = 0;
const SCREEN = 1;
const CHUNK = 4096;

/** Joins our own terminal with the one of `dialogue`; `putBack` takes what was read there and not shown here. */
export async function interact(
  dialogue: Dialogue,
  { escape = "\x1d", signal }: InteractOptions,
  putBack: (bytes: Uint8Array) => void,
): Promise<Interaction> {
  if (typeof escape !== "string" || !/^[\0-\x7f]$/.test(escape)) {
    throw new TypeError(`escape must be one ASCII character, got ${describe(escape)}`);
  }
  if (!isTerminal(KEYBOARD)) throw new TypeError("Standard input is no terminal");
  using keyboard = Fd.copyOf(KEYBOARD);
  using screen = Fd.copyOf(SCREEN);
  using _size = followSize(dialogue, keyboard);
  using _raw = raw(keyboard);
  const ending = new AbortController();
  let ended: Interaction | undefined;
  const end = (why: Interaction) => {
    ended ??= why;
    ending.abort(ended);
  };
  try {
    await together([
      async (options) => {
        const why = await type(dialogue, keyboard, escape.charCodeAt(0), options);
        if (why) end(why);
      },
      async (options) => end(await show(dialogue, screen, putBack, options)),
    ], { signal: signal ? AbortSignal.any([signal, ending.signal]) : ending.signal });
  } catch (error) {
    if (ended === undefined || signal?.aborted) throw error;
  }
  return ended!;
}

/** Passes the size of our terminal on, now and whenever it changes. */
function followSize(dialogue: Dialogue, ours: Fd): Disposable {
  const follow = () => {
    const size = sizeUnlessGone(ours);
    if (!size || dialogue.pty.fd.closed) return; // whoever reads there hears of it; a listener that throws ends us
    if (size.columns > 0 && size.rows > 0) dialogue.pty.resize(size); // one on a serial line may not know its size
  };
  follow();
  addListener("SIGWINCH", follow);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGWINCH", follow) };
}

function sizeUnlessGone(terminal: Fd): TerminalSize | undefined {
  try {
    return terminalSize(terminal);
  } catch (error) {
    if (hasCode(error, "EIO")) return undefined; // it was hung up
    throw error;
  }
}

/** Types what comes from our keyboard until it is `escape`. */
async function type(
  dialogue: Dialogue,
  keyboard: Fd,
  escape: number,
  options: WaitOptions,
): Promise<Interaction | undefined> {
  const buffer = new Uint8Array(new ArrayBuffer(CHUNK));
  // Between reading and typing there is no turn of the event loop, in which all could end and what was read be lost.
  const read = () => keyboard.tryRead(buffer);
  const next = async () => {
    requirePatience(options);
    const now = read();
    if (now !== undefined) return now;
    return await whenReady(keyboard.number, "read", read, options);
  };
  for (let size; (size = await next()) !== null;) {
    const typed = buffer.subarray(0, size);
    const at = typed.indexOf(escape);
    try {
      if (at !== 0) await dialogue.send(at < 0 ? typed : typed.subarray(0, at), options);
    } catch (error) {
      if (!hasCode(error, "EPIPE")) throw error;
      return undefined; // show tells of the end, once it has shown all
    }
    if (at >= 0) return "escape";
  }
  return "end"; // our own terminal was hung up
}

/** Shows what comes until the end. */
async function show(
  dialogue: Dialogue,
  screen: Fd,
  putBack: (bytes: Uint8Array) => void,
  options: WaitOptions,
): Promise<Interaction> {
  const buffer = new Uint8Array(new ArrayBuffer(CHUNK));
  for (let size; (size = await dialogue.read(buffer, options)) !== null;) {
    let rest = buffer.subarray(0, size);
    const shown = () => {
      while (rest.length > 0) {
        const part = screen.tryWrite(rest);
        if (part === undefined) return undefined;
        rest = rest.subarray(part);
      }
      return true;
    };
    try {
      if (!shown()) await whenReady(screen.number, "write", shown, options);
    } finally {
      if (rest.length > 0) putBack(rest); // a screen that takes nothing must not keep us, nor lose anything
    }
  }
  return "end";
}
