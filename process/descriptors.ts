/**
 * Which descriptors a child has.
 */
import { check, copyDescriptor, describe, fcntl, integer, platform } from "../libc/mod.ts";
import { Fd, keepFromForks, pipe } from "../io/mod.ts";

/**
 * What one descriptor of a child is: one of ours (an `Fd`), "inherit" for ours of the same number, "null"
 * for /dev/null, "pipe" for a pipe whose other end we get; or a number. That means what the map itself
 * puts there, if it does (`{ 1: "pipe", 2: 1 }` is the shell's `2>&1`), else our descriptor of that
 * number. Of numbers that name each other in a circle each is ours (`{ 1: 2, 2: 1 }` swaps the two).
 */
export type ChildDescriptor = Fd | number | "inherit" | "null" | "pipe";

/** A child's descriptors by their numbers in the child. 0, 1 and 2 are ours where they are not named. */
export type ChildDescriptors = Record<number, ChildDescriptor>;

const STANDARD = [0, 1, 2] as const;

/** The terminal that the child gets; no word of the caller's means it. */
const TERMINAL = Symbol("terminal");

type Wanted = ChildDescriptor | typeof TERMINAL;

/** A prepared set of descriptors. Disposing closes what only the child needs. */
export class DescriptorPlan implements Disposable {
  /** For `posix_spawn`, in this order. */
  readonly descriptors: { target: number; source: number | string }[] = [];
  /** Our ends of the pipes, by the child's numbers. */
  readonly ends = new Map<number, Fd>();
  readonly #childs: Fd[] = [];
  readonly #wanted = new Map<number, Wanted>();
  readonly #terminal: string | undefined;
  #beyond = 3;

  /** Makes the pipes that `fds` asks for. 0, 1 and 2 are the terminal at the path `terminal` where they are not named. */
  constructor(fds: ChildDescriptors, terminal?: string) {
    this.#terminal = terminal;
    for (const number of STANDARD) this.#wanted.set(number, terminal ? TERMINAL : "inherit");
    for (const [key, what] of Object.entries(fds)) {
      const number = integer("Child's descriptor", Number(key), 0, 0xffff);
      this.#wanted.set(number, what);
      this.#beyond = Math.max(this.#beyond, number + 1);
    }
    // The leader of a session is controlled by the first terminal that it opens, as long as somebody has it open.
    if (terminal && !STANDARD.some((number) => this.#wanted.get(number) === TERMINAL)) {
      throw new TypeError("fds must leave at least one of 0, 1 and 2 to the terminal");
    }
    try {
      for (const target of this.#wanted.keys()) this.#requireOpen(target);
      for (const target of this.#wanted.keys()) this.#prepare(target);
    } catch (error) {
      for (const end of this.ends.values()) end.close();
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The numbers that nothing must be open at. */
  get closed(): { from: number; also: number[] } {
    const also = [];
    for (let number = 3; number < this.#beyond; number++) {
      if (!this.#wanted.has(number)) also.push(number);
    }
    return { from: this.#beyond, also };
  }

  // Before any pipe is made, which could be given the number of one that is not open.
  #requireOpen(target: number): void {
    const { at, what } = this.#meant(target);
    const number = what === "inherit" ? at : what;
    if (typeof number !== "number") return;
    integer("Descriptor", number, 0, 0x7fff_ffff);
    check("fcntl", fcntl(number, platform.F_GETFD), { fd: number });
  }

  #prepare(target: number): void {
    const source = this.#source(target);
    // One that lies where another one goes would be overwritten before it is copied: it moves out of
    // the way first. So the order of the copies does not matter, whatever is swapped with what.
    const moved = typeof source === "number" && source !== target && this.#wanted.has(source);
    this.descriptors.push({ target, source: moved ? this.#aside(source) : source });
  }

  #source(target: number): number | string {
    const { at, what } = this.#meant(target);
    return typeof what === "number" ? what : this.#given(at, what);
  }

  /** What `target` is in the end, and at which number of the child's that stands; a number is one of ours. */
  #meant(target: number): { at: number; what: Wanted | undefined } {
    const passed = new Set<number>();
    for (let at = target;; at = this.#wanted.get(at) as number) {
      const what = this.#wanted.has(at) ? this.#wanted.get(at) : "inherit";
      if (typeof what !== "number" || passed.has(at)) return { at, what };
      passed.add(at);
    }
  }

  #given(target: number, what: Wanted | undefined): number | string {
    if (what === "null") return "/dev/null";
    if (what === "inherit") return target;
    if (what === "pipe") return this.#pipe(target);
    if (what === TERMINAL) return this.#terminal!;
    if (what instanceof Fd) {
      if (what.ours) what.setBlocking(); // which is what programs expect
      return what.number;
    }
    throw new TypeError(
      `Descriptor ${target} of the child must be an Fd, a number, "inherit", "null" or "pipe", got ` +
        describe(what),
    );
  }

  #piped = new Map<number, number>();

  #pipe(target: number): number {
    const known = this.#piped.get(target); // another one is the same as this one
    if (known !== undefined) return known;
    const { reader, writer } = pipe();
    // The child reads what is its standard input and writes the others. Its end blocks, as programs expect.
    const [ours, childs] = target === 0 ? [writer, reader] : [reader, writer];
    this.ends.set(target, ours);
    keepFromForks(ours.number);
    this.#childs.push(childs);
    childs.setBlocking();
    this.#piped.set(target, childs.number);
    return childs.number;
  }

  #aside(source: number): number {
    const copy = copyDescriptor(source, this.#beyond);
    this.#childs.push(Fd.from(copy));
    return copy;
  }

  /** Closes what only the child needs. */
  [Symbol.dispose](): void {
    for (const end of this.#childs) end.close();
  }
}
