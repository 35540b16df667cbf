/**
 * What is changed of our own terminal, for as long as somebody wants it so.
 */
import { Fd, forks } from "../io/mod.ts";
import { hasCode, modesOf, tcgetattr, tcsetattr, terminalIdentity } from "../libc/mod.ts";
import { type Guard, watchOver } from "./guard.ts";

type Settings = Uint8Array<ArrayBuffer>;

/** Makes other settings of those that there are. */
export type Change = (settings: Settings) => Settings;

/** Changes the settings of the terminal `fd` until the result is disposed, in whatever order that happens. */
export function change(fd: number, how: Change): Disposable {
  const identity = terminalIdentity(fd);
  const known = terminals.get(identity);
  return (known?.isOurs ? known : new ChangedTerminal(identity, fd)).add(how);
}

const terminals = new Map<string, ChangedTerminal>();

/** A terminal with changes in force. */
class ChangedTerminal {
  readonly #identity: string;
  readonly #fd: Fd; // one of its own, since the other may be closed first
  readonly #before: Settings;
  readonly #guard: Guard;
  readonly #isForRuntime: boolean;
  readonly #changes: { how: Change }[] = [];
  readonly #generation = forks();

  constructor(identity: string, fd: number) {
    this.#identity = identity;
    this.#fd = Fd.copyOf(fd);
    try {
      this.#before = tcgetattr(fd);
      // One that is raw already the runtime may have made so, for the program. Then it knows how it was before, which it
      // forgets once it has set that back: that is for the program to ask for.
      this.#isForRuntime = modesOf(this.#before).lines &&
        Deno.stdin.isTerminal() && terminalIdentity(0) === identity;
      this.#guard = watchOver(this.#fd);
    } catch (error) {
      this.#fd.close();
      throw error;
    }
    // What is raw for the runtime it sets back itself when the program ends by itself, before anybody else can see it.
    if (this.#isForRuntime) Deno.stdin.setRaw(true);
    terminals.set(identity, this);
  }

  /** Whether we have changed it. A forked child has a copy of this, but what its parent wants is not its to undo. */
  get isOurs(): boolean {
    return this.#generation === forks();
  }

  add(how: Change): Disposable {
    const one = { how };
    this.#changes.push(one);
    try {
      this.#enforce();
    } catch (error) {
      this.#remove(one);
      throw error;
    }
    return { [Symbol.dispose]: () => this.#remove(one) };
  }

  #remove(one: { how: Change }): void {
    if (!this.isOurs) return;
    const at = this.#changes.indexOf(one);
    if (at < 0) return;
    this.#changes.splice(at, 1);
    if (this.#changes.length > 0) return unlessGone(() => this.#enforce());
    terminals.delete(this.#identity);
    using _guard = this.#guard;
    using _fd = this.#fd;
    if (this.#isForRuntime) unlessGone(() => Deno.stdin.setRaw(false));
    unlessGone(() => tcsetattr(this.#fd.number, this.#before));
  }

  #enforce(): void {
    const settings = this.#changes.reduce((settings, { how }) => how(settings), this.#before);
    tcsetattr(this.#fd.number, settings);
    this.#guard.changed();
  }
}

/** Does something to the terminal, unless that was hung up: then there is nothing to be put in order. */
function unlessGone(action: () => void): void {
  try {
    action();
  } catch (error) {
    const { message } = error as Error; // where alone the runtime's errors have their code
    if (!hasCode(error, "EIO") && !message.startsWith("EIO:")) throw error;
  }
}
