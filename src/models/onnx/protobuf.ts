/**
 * Protocol Buffers' wire format, as far as ONNX needs it written.
 *
 * @module
 */

/** Wire types: numbers of varying length, and anything with a length before it. */
const VARINT = 0, LENGTH = 2;

/** Collects the fields of one message. Numbers are whole and not negative. */
export class Message {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** A number. */
  int(field: number, value: number): this {
    return this.#varint(field << 3 | VARINT).#varint(value);
  }

  /** Several numbers, packed. */
  ints(field: number, values: ArrayLike<number>): this {
    const packed = new Message();
    for (let i = 0; i < values.length; i++) packed.#varint(values[i]!);
    return this.bytes(field, packed.done());
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.done());
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(field << 3 | LENGTH).#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** What was written so far, as a view. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #varint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot write ${value} as a varint: it must be a whole number of at least 0`);
    }
    this.#reserve(8);
    // Division rather than shifts: numbers may have more than 32 bits.
    for (; value > 127; value = Math.floor(value / 128)) this.#bytes[this.#length++] = value % 128 | 128;
    this.#bytes[this.#length++] = value;
    return this;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
