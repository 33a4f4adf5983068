/**
 * Universal Binary JSON, as XGBoost writes it.
 *
 * @module
 */

/** Numbers of one type come as an array of that type, which lists of a typed container are. */
type Numbers = Float64Array<ArrayBuffer>;

/** What a document holds. */
export type Ubjson = null | boolean | number | string | Numbers | readonly Ubjson[] | {
  readonly [name: string]: Ubjson;
};

/** Size of a number's type, and how to read it: everything is big-endian. */
const NUMBERS: Readonly<Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  i: [1, (view, at) => view.getInt8(at)],
  U: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  l: [4, (view, at) => view.getInt32(at)],
  L: [8, (view, at) => Number(view.getBigInt64(at))],
  d: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
};

/**
 * Reads a document. Arrays of one numeric type become a `Float64Array`.
 *
 * @throws {SyntaxError} If the bytes are not such a document; tells the position.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readUbjson } from "@/models/trees/read_ubjson.ts";
 *
 * const bytes = new TextEncoder().encode("{i\x01aSi\x02hi");
 * expect(readUbjson(Uint8Array.of(...bytes, 0x7d))).toEqual({ a: "hi" });
 * ```
 */
export function readUbjson(bytes: Uint8Array): Ubjson {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 0;

  const fail = (wanted: string) => new SyntaxError(`Cannot read UBJSON as byte ${at} must be ${wanted}`);
  const peek = () => String.fromCharCode(bytes[at] ?? 0);
  const take = () => {
    if (at >= bytes.length) throw fail("there: the document ends before it is complete");
    return String.fromCharCode(bytes[at++]!);
  };

  function number(type: string): number {
    const [size, read] = NUMBERS[type] ?? [];
    if (size === undefined || read === undefined) throw fail(`a number's type, and not "${type}"`);
    if (at + size > bytes.length) throw fail(`there: the document ends inside a number`);
    const value = read(view, at);
    at += size;
    return value;
  }

  function length(): number {
    const value = number(take());
    if (value < 0 || value > bytes.length) throw fail("after a length that fits the document");
    return value;
  }

  function text(): string {
    const size = length();
    const value = decoder.decode(bytes.subarray(at, at + size));
    at += size;
    return value;
  }

  /** What may stand before a container's content: the type of all of it, and its length. */
  function header(): { readonly type?: string; readonly count?: number } {
    const type = peek() === "$" ? (take(), take()) : undefined;
    if (peek() !== "#") {
      if (type !== undefined) throw fail('a length, "#"');
      return {};
    }
    take();
    return { ...(type === undefined ? {} : { type }), count: length() };
  }

  function list(): Ubjson {
    const { type, count } = header();
    if (type !== undefined && NUMBERS[type]) return Float64Array.from({ length: count! }, () => number(type));
    const values: Ubjson[] = [];
    if (count !== undefined) { for (let i = 0; i < count; i++) values.push(value(type ?? take())); }
    else while (peek() !== "]") values.push(value(take()));
    if (count === undefined) take();
    return values;
  }

  function object(): Ubjson {
    const { type, count } = header();
    const values: Record<string, Ubjson> = {};
    const more = (seen: number) => count === undefined ? peek() !== "}" : seen < count;
    for (let seen = 0; more(seen); seen++) {
      const name = text();
      values[name] = value(type ?? take());
    }
    if (count === undefined) take();
    return values;
  }

  function value(type: string): Ubjson {
    if (type === "{") return object();
    if (type === "[") return list();
    if (type === "S") return text();
    if (type === "C") return take();
    if (type === "T" || type === "F") return type === "T";
    if (type === "Z") return null;
    return number(type);
  }

  return value(take());
}
