/**
 * Shared memory segments as C has them. The address of an attachment never leaves this file.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform } from "./platform.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** @see https://man7.org/linux/man-pages/man2/shmget.2.html */
export function shmget(key: number, size: number, flags: number): number {
  return libc("memory").shmget(key, BigInt(size), flags);
}

/** @see https://man7.org/linux/man-pages/man2/shmctl.2.html */
export function shmctl(id: number, command: number, buffer: Buffer | null): number {
  return libc("memory").shmctl(id, command, buffer);
}

const failed = 0xffff_ffff_ffff_ffffn; // (void *) -1

/**
 * A segment in our address space, from `shmat` to `shmdt`. The callers check that offsets and sizes
 * lie within it.
 *
 * @see https://man7.org/linux/man-pages/man2/shmop.2.html
 */
export class Attachment {
  #address: bigint;
  #buffer: ArrayBuffer | undefined;

  /** Attaches the segment `id`. */
  constructor(id: number, readOnly: boolean) {
    this.#address = libc("memory").shmat(id, 0n, readOnly ? platform.SHM_RDONLY : 0);
    if (this.#address === failed) check("shmat", -1, { id });
  }

  /** Fills `target` from the segment. */
  read(target: Buffer, offset: number): void {
    libc("base").memmoveFrom(target, this.#address + BigInt(offset), BigInt(target.length));
  }

  /** Copies `source` into the segment. */
  write(source: Uint8Array, offset: number): void {
    // Its memory may be shared with workers, which Deno takes as well but does not declare.
    const from = source as Buffer;
    libc("memory").memmoveTo(this.#address + BigInt(offset), from, BigInt(from.length));
  }

  /** The segment itself as a buffer of `size` bytes, always the same one. Needs unscoped FFI. */
  buffer(size: number): ArrayBuffer {
    this.#buffer ??= Deno.UnsafePointerView.getArrayBuffer(
      Deno.UnsafePointer.create(this.#address)!,
      size,
    );
    this.#requireBuffer();
    return this.#buffer;
  }

  #requireBuffer(): void {
    if (!this.#buffer?.detached) return;
    throw new TypeError("The buffer of this shared memory was transferred elsewhere");
  }

  /** Takes the buffer back, so that every view on it is empty, and detaches the segment. */
  detach(): void {
    this.#requireBuffer();
    this.#buffer?.transfer();
    check("shmdt", libc("memory").shmdt(this.#address));
  }
}
