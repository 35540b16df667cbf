/**
 * Reads and writes C structures by the layouts that the probe found.
 */

import { structs } from "./platform.ts";

/** A field's C type, as the probe names it. */
export type FieldType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";

/** A structure: its size, and each field's type and offset in bytes. */
export interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, readonly [type: FieldType, offset: number]>>;
}

/** A zeroed buffer for one structure, off V8's heap so that its address holds. */
export function allocate(layout: Layout): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(layout.size));
}

/**
 * Every field of the structure in `bytes`. 64-bit fields become numbers: what the kernel keeps there
 * (times, sizes, counts) stays far below 2⁵³.
 */
export function readStruct<L extends Layout>(
  layout: L,
  bytes: Uint8Array,
): Record<keyof L["fields"], number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: Record<string, number> = {};
  for (const name in layout.fields) {
    const [type, offset] = layout.fields[name];
    result[name] = access[type].get(view, offset);
  }
  return result as Record<keyof L["fields"], number>;
}

/** Overwrites the named fields of the structure in `bytes` and leaves the others. */
export function writeStruct<L extends Layout>(
  layout: L,
  bytes: Uint8Array,
  values: Partial<Record<keyof L["fields"], number>>,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const name in values) {
    const [type, offset] = layout.fields[name];
    access[type].set(view, offset, values[name]!);
  }
}

/** One field of a structure at a certain place in memory. */
export interface Field {
  /** Its value, in a structure that begins `further` bytes further on. */
  get(further?: number): number;
  /** Overwrites it. */
  set(value: number): void;
}

/** The field `name` of the structure in `bytes`: for what is read or written again and again. */
export function fieldOf<L extends Layout>(
  layout: L,
  name: keyof L["fields"] & string,
  bytes: Uint8Array,
): Field {
  const [type, offset] = layout.fields[name];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { get, set } = access[type];
  return {
    get: (further = 0) => get(view, offset + further),
    set: (value) => set(view, offset, value),
  };
}

/** Writes a length of time in milliseconds as a `struct timespec`; C's seconds must fit in 2⁵³. */
export function writeTimespec(bytes: Uint8Array, milliseconds: number): void {
  const whole = Math.min(milliseconds, Number.MAX_SAFE_INTEGER);
  writeStruct(structs.timespec, bytes, {
    tv_sec: Math.floor(whole / 1000),
    tv_nsec: Math.floor(whole % 1000 * 1e6),
  });
}

interface Access {
  get(view: DataView, offset: number): number;
  set(view: DataView, offset: number, value: number): void;
}

const access: Record<FieldType, Access> = {
  i8: { get: (v, o) => v.getInt8(o), set: (v, o, n) => v.setInt8(o, n) },
  u8: { get: (v, o) => v.getUint8(o), set: (v, o, n) => v.setUint8(o, n) },
  i16: { get: (v, o) => v.getInt16(o, true), set: (v, o, n) => v.setInt16(o, n, true) },
  u16: { get: (v, o) => v.getUint16(o, true), set: (v, o, n) => v.setUint16(o, n, true) },
  i32: { get: (v, o) => v.getInt32(o, true), set: (v, o, n) => v.setInt32(o, n, true) },
  u32: { get: (v, o) => v.getUint32(o, true), set: (v, o, n) => v.setUint32(o, n, true) },
  i64: {
    get: (v, o) => Number(v.getBigInt64(o, true)),
    set: (v, o, n) => v.setBigInt64(o, BigInt(n), true),
  },
  u64: {
    get: (v, o) => Number(v.getBigUint64(o, true)),
    set: (v, o, n) => v.setBigUint64(o, BigInt(n), true),
  },
};
