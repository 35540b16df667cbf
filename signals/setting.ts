/**
 * What is done on each signal. Settings lie on top of each other, the last one is in force, and when all are gone
 * what was there before the first one is put back.
 */
import {
  addListener,
  defaulted,
  disposition,
  ignored,
  isDefault,
  isIdle,
  isIgnored,
  listenedFirst,
  runtimeHandler,
  setDisposition,
  signalName,
  signalOurselves,
} from "../libc/mod.ts";

/** What is called on a signal, with its name, such as "SIGINT". */
export type SignalHandler = (name: string) => unknown;

/** What is done on a signal. */
export type SignalAction = SignalHandler | "ignore" | "default";

/** Puts `action` in force for a signal until the result is disposed, in whatever order that happens. */
export function set(signal: number, action: SignalAction): Disposable {
  const setting = { action };
  const all = settingsOf(signal);
  all.add(setting);
  return { [Symbol.dispose]: () => all.remove(setting) };
}

/**
 * Holds a signal back until the result is disposed; then, if it has come, it does once what is in force by then.
 * One that is still on its way then, after another has come, is taken for a new one: nothing tells them apart.
 */
export function hold(signal: number): Disposable {
  return settingsOf(signal).hold();
}

/** The signals that have come and are held back. */
export function heldBack(): number[] {
  return [...settings].filter(([, { came }]) => came).map(([signal]) => signal);
}

function settingsOf(signal: number): Settings {
  const found = settings.get(signal) ?? new Settings(signal);
  settings.set(signal, found);
  return found;
}

const settings = new Map<number, Settings>();

interface Setting {
  readonly action: SignalAction;
}

/** The settings of one signal. */
class Settings {
  /** Whether it has come while it is held back. */
  came = false;
  readonly #signal: number;
  readonly #name: string;
  /** What was there before the first setting. */
  #before: Uint8Array<ArrayBuffer> = defaulted();
  #settings: Setting[] = [];
  #holds = 0;
  #inForce = false;
  #listening = false;

  constructor(signal: number) {
    this.#signal = signal;
    this.#name = signalName(signal);
  }

  add(setting: Setting): void {
    this.#settings.push(setting);
    try {
      this.#enforce();
    } catch (error) {
      this.#settings.pop();
      throw error;
    }
  }

  remove(setting: Setting): void {
    const at = this.#settings.indexOf(setting);
    if (at < 0) return;
    this.#settings.splice(at, 1);
    this.#enforce();
  }

  hold(): Disposable {
    this.#holds++;
    clearTimeout(this.#late);
    this.#late = undefined;
    try {
      this.#enforce();
    } catch (error) {
      this.#holds--;
      throw error;
    }
    let holding = true;
    return {
      [Symbol.dispose]: () => {
        if (holding) this.#letGo();
        holding = false;
      },
    };
  }

  #letGo(): void {
    if (--this.#holds > 0) return;
    if (this.came) return this.#release();
    this.#linger(TURNS); // what came last may still be on its way from the runtime's thread to us
  }

  // In turns of the event loop, since a timer that is due comes before a signal where the program was busy.
  #linger(turns: number): void {
    if (turns === 0) return this.#release();
    this.#late = setTimeout(() => this.#linger(turns - 1), LATE / TURNS);
    Deno.unrefTimer(this.#late as unknown as number);
  }

  #late: ReturnType<typeof setTimeout> | undefined;

  #release(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#enforce();
    if (!this.came) return;
    this.came = false;
    if (typeof this.#top === "function") queueMicrotask(this.#heard);
    else if (this.#mayDefault) signalOurselves(this.#signal);
  }

  /** Whether what is sent now may have its default effect. If not, whoever listens besides has heard of it already. */
  get #mayDefault(): boolean {
    if (harmless.has(this.#name)) return false;
    if (this.#top !== undefined) return this.#top === "default";
    if (isDefault(this.#before)) return true;
    // The runtime's handler does what the default is, too, unless somebody listens; it does not tell.
    const unheard = listenedFirst(this.#signal) || takenLater.has(this.#name);
    return unheard && !isIgnored(this.#before);
  }

  get #holding(): boolean {
    return this.#holds > 0 || this.#late !== undefined;
  }

  get #top(): SignalAction | undefined {
    return this.#settings.at(-1)?.action;
  }

  #enforce(): void {
    const top = this.#top;
    if (!this.#inForce) this.#before = disposition(this.#signal);
    const lost = top === "ignore" || top === undefined && isIgnored(this.#before);
    const holding = this.#holding && !lost;
    this.#inForce = top !== undefined || holding;
    if (this.#listen(typeof top === "function" || holding)) return;
    if (top !== undefined) return this.#replace(top === "ignore" ? ignored() : defaulted());
    this.#restore();
    // What came before may still be on its way to us. If nobody listened to it any more the runtime would do what
    // the default is: so while there are settings, and where it was ignored, the listener stays, and does nothing.
    if (isIgnored(this.#before)) return;
    Deno.removeSignalListener(this.#name as Deno.Signal, this.#heard);
  }

  #replace(action: Uint8Array<ArrayBuffer>): void {
    // The runtime handles these by itself from half a second after its start, but installs nothing twice.
    if (!runtimeHandler(this.#signal) && takenLater.has(this.#name)) {
      addListener(this.#name, this.#heard);
      Deno.removeSignalListener(this.#name as Deno.Signal, this.#heard);
      runtimeHandler(this.#signal); // which is remembered
    }
    setDisposition(this.#signal, action);
  }

  /** Whether what comes is for us. */
  #listen(wanted: boolean): boolean {
    if (wanted && !this.#listening) addListener(this.#name, this.#heard);
    return this.#listening = wanted;
  }

  readonly #heard = (): void => {
    const top = this.#top;
    if (this.#holding) this.came = true;
    else if (typeof top === "function") this.#call(top);
    if (this.#late !== undefined) this.#release();
  };

  // What a listener throws would end the runtime's loop over the signal, and nobody would hear of it any more.
  #call(handler: SignalHandler): void {
    try {
      handler(this.#name);
    } catch (error) {
      reportError(error);
    }
  }

  #restore(): void {
    const runtime = runtimeHandler(this.#signal);
    // Over a default, or what only ends waits, the runtime's handler stays: it does what that would, and somebody
    // else may have added a listener meanwhile. What was ignored is ignored again.
    const nothing = isDefault(this.#before) || this.#name === "SIGURG" && isIdle(this.#before);
    const stays = nothing && !wronglyEmulated.has(this.#name);
    setDisposition(this.#signal, stays && runtime || this.#before);
  }
}

// How long, in milliseconds, the runtime may take to tell us of a signal. It takes some 50 µs on a quiet machine.
const LATE = 100;

// In so many turns of the event loop at least.
const TURNS = 5;

// The first listener, which is the inspector's to SIGUSR1 if there is none before, brings along the other three.
const takenLater = new Set(["SIGUSR1", "SIGHUP", "SIGINT", "SIGTERM"]);

// The runtime's handler ends in a panic here, or does nothing, where by default the process is killed.
const wronglyEmulated = new Set(["SIGPOLL", "SIGPWR", "SIGSTKFLT"]);

// By default they do nothing.
const harmless = new Set(["SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"]);
