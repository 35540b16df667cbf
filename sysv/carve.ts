/**
 * Memory for small results. Allocating an array of its own for each costs more than the system call that
 * fills it, so they are carved out of a shared block, as Node's `Buffer` does.
 */
const BLOCK = 64 * 1024;
const SMALL = 8192;

let block = new ArrayBuffer(0);
let next = 0;

/** An array of `size` bytes that nobody else has; a small one may hold what was there before. */
export function carve(size: number): Uint8Array<ArrayBuffer> {
  if (size > SMALL) return new Uint8Array(size);
  // A user who transfers the buffer of one result to another thread takes the whole block along, so
  // ours has no bytes any more.
  if (next + size > block.byteLength) {
    block = new ArrayBuffer(BLOCK);
    next = 0;
  }
  const result = new Uint8Array(block, next, size);
  next = (next + size + 7) & ~7; // the next offset at which any typed array may begin
  return result;
}
