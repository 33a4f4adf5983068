/**
 * A C object's lifetime: freed once, never used afterwards.
 *
 * @module
 */
import { NativeLibraryError } from "@/core/errors.ts";

// A net for handles that nobody disposed of; the closures must not hold the handle itself.
const forgotten = new FinalizationRegistry<() => void>((free) => free());

/**
 * Owns one C object. Using it after disposal is an error here, where in C it would end the process.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { Handle } from "@/models/native/handle.ts";
 *
 * let freed = 0;
 * const handle = new Handle("toy", Deno.UnsafePointer.create(1n)!, () => freed++);
 * handle[Symbol.dispose]();
 * handle[Symbol.dispose]();
 * expect(freed).toBe(1);
 * expect(() => handle.pointer).toThrow("Cannot use the toy as it was disposed of");
 * ```
 */
export class Handle implements Disposable {
  #pointer: Deno.PointerObject | undefined;
  readonly #what: string;
  readonly #free: (pointer: Deno.PointerObject) => void;

  /**
   * @param what Names the object in messages: `LightGBM model`.
   * @param free Frees it. Must not throw, and must not refer to this handle.
   */
  constructor(what: string, pointer: Deno.PointerObject, free: (pointer: Deno.PointerObject) => void) {
    this.#what = what;
    this.#pointer = pointer;
    this.#free = free;
    forgotten.register(this, () => free(pointer), this);
  }

  /** @throws {NativeLibraryError} If the object was disposed of. */
  get pointer(): Deno.PointerObject {
    if (this.#pointer === undefined) {
      throw new NativeLibraryError(`Cannot use the ${this.#what} as it was disposed of: load it again`);
    }
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    const pointer = this.#pointer;
    if (pointer === undefined) return;
    this.#pointer = undefined;
    forgotten.unregister(this);
    this.#free(pointer);
  }
}
