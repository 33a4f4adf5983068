/**
 * JavaScript memory as C sees it: zero-terminated text, addresses, and cells that C writes a handle into.
 *
 * @module
 */

const encoder = new TextEncoder();

/**
 * Text as C wants it: UTF-8 and a zero at the end.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { cString } from "@/models/native/memory.ts";
 *
 * expect([...cString("l2")]).toEqual([108, 50, 0]);
 * ```
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}

/** A pointer to an array's first value. Whoever passes it on must hold the array until C is done with it. */
export function pointerTo(view: ArrayBufferView): Deno.PointerValue {
  // V8 may keep a small array inside its moving heap; asking for the buffer pins its memory to one place.
  void view.buffer;
  // Deno takes shared memory too, which its types do not say.
  return Deno.UnsafePointer.of(view as ArrayBufferView<ArrayBuffer>);
}

/** The address of an array's first value. The same duty to hold it. */
export function addressOf(view: ArrayBufferView): bigint {
  return Deno.UnsafePointer.value(pointerTo(view));
}

/** Texts as a C array of strings: `array` is its memory, and `texts` must be held as long as C reads it. */
export function cStrings(texts: readonly string[]): {
  readonly array: BigUint64Array<ArrayBuffer>;
  readonly texts: readonly Uint8Array<ArrayBuffer>[];
} {
  const held = texts.map(cString);
  return { array: BigUint64Array.from(held, addressOf), texts: held };
}

/** A cell for C to write one address into. */
export class PointerCell {
  readonly memory: BigUint64Array<ArrayBuffer> = new BigUint64Array(1);

  /** What C wrote. */
  get pointer(): Deno.PointerObject {
    const pointer = Deno.UnsafePointer.create(this.memory[0]!);
    if (pointer === null) throw new TypeError("Cannot use the handle that a native function returned as it is null");
    return pointer;
  }
}

/** Copies `length` 32-bit floats that C owns. */
export function copyFloats(pointer: Deno.PointerObject, length: number): Float32Array<ArrayBuffer> {
  const bytes = Deno.UnsafePointerView.getArrayBuffer(pointer, length * Float32Array.BYTES_PER_ELEMENT);
  return new Float32Array(bytes.slice(0));
}

/** Copies `length` 64-bit counts that C owns. */
export function copyCounts(pointer: Deno.PointerObject, length: number): number[] {
  const bytes = Deno.UnsafePointerView.getArrayBuffer(pointer, length * BigUint64Array.BYTES_PER_ELEMENT);
  return Array.from(new BigUint64Array(bytes.slice(0)), Number);
}
