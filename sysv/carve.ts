/**
 * Memory for small results. Allocating an array of its own for each costs more than the system call that
 * fills it, so they are carved out of shared blocks, as Node's `Buffer` does.
 */

/** A block out of which results are carved. A result that is kept keeps the whole block. */
class Block {
  readonly #size: number;
  #memory = new ArrayBuffer(0);
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  carve(size: number): Uint8Array<ArrayBuffer> {
    // A user who transfers the buffer of one result to another thread takes the whole block along, so
    // ours has no bytes any more.
    if (this.#next + size > this.#memory.byteLength) {
      this.#memory = new ArrayBuffer(this.#size);
      this.#next = 0;
    }
    const result = new Uint8Array(this.#memory, this.#next, size);
    this.#next = (this.#next + size + 7) & ~7; // the next offset at which any typed array may begin
    return result;
  }
}

// Two, so that a program which keeps many tiny results does not keep much more than those.
const tiny = new Block(8 * 1024);
const small = new Block(64 * 1024);

/** An array of `size` bytes that nobody else has; a small one may hold what was there before. */
export function carve(size: number): Uint8Array<ArrayBuffer> {
  if (size <= 512) return tiny.carve(size);
  return size <= 8192 ? small.carve(size) : new Uint8Array(size);
}
