/**
 * One row per key: a store has one line in store.csv, and one sales figure a day.
 *
 * @module
 */
import pl, { type DataFrame, type Expr } from "nodejs-polars";
import type { DataPlace } from "@/core/errors.ts";
import { dayText } from "@/datasets/calendar_day.ts";
import { refusal } from "@/datasets/refusal.ts";

/** Up to so many possible keys, a table of all of them is quicker than a hash set. */
const DENSE = 32_000_000;

/** One value per row, the same for the same key; when it is a whole number below `room`, that is given. */
interface Packed {
  readonly code: Expr;
  readonly room?: number;
}

/** One number (or text) per key: whole numbers are packed side by side, which compares faster than rows do. */
function packed(frame: DataFrame, key: readonly string[]): Packed {
  const text = () => ({ code: pl.concatString({ exprs: key.map((name) => pl.col(name).cast(pl.String)), sep: "\n" }) });
  const numeric = key.every((name) => !frame.getColumn(name).dtype.equals(pl.String));
  if (!numeric) return text();
  let code = pl.lit(0).cast(pl.Int64), room = 1;
  for (const name of key) {
    const column = frame.getColumn(name).cast(pl.Int64);
    const low = Number(column.min()), span = Number(column.max()) - low + 1;
    room *= span;
    if (!Number.isSafeInteger(room)) return text();
    code = code.mul(pl.lit(span)).plus(pl.col(name).cast(pl.Int64)).minus(pl.lit(low));
  }
  return { code, room };
}

/** Whether no two rows have the same code, each of them a whole number below `room`. */
function allDistinct(codes: Uint32Array, room: number): boolean {
  const seen = new Uint8Array(room);
  for (let row = 0; row < codes.length; row++) {
    if (seen[codes[row]!] === 1) return false;
    seen[codes[row]!] = 1;
  }
  return true;
}

/**
 * Refuses a table in which two rows have the same key, exact repetitions included: nobody knows which one counts.
 *
 * @throws {DatasetError} Naming the key and both rows.
 *
 * @example
 * ```ts
 * import pl from "nodejs-polars";
 * import { expect } from "@std/expect";
 * import { uniqueKey } from "@/datasets/unique_key.ts";
 *
 * const stores = pl.DataFrame({ Store: pl.Series("Store", [4, 5, 4], pl.Int32) });
 * expect(() => uniqueKey(stores, ["Store"], {})).toThrow("found Store 4 again, which row 1 already has");
 * ```
 */
export function uniqueKey(frame: DataFrame, key: readonly string[], place: DataPlace): void {
  if (key.length === 0 || frame.height < 2) return;
  const { code, room } = packed(frame, key);
  const codes = frame.select(code.alias("key")).getColumn("key");
  const distinct = room !== undefined && room <= DENSE && codes.nullCount() === 0
    ? allDistinct(codes.cast(pl.UInt32).toTypedArray() as Uint32Array, room)
    : codes.nUnique() === codes.length;
  if (distinct) return;
  const first = new Map<unknown, number>();
  const values = codes.toArray();
  const row = values.findIndex((value, i) => {
    if (first.has(value)) return true;
    first.set(value, i);
    return false;
  });
  const named = key.map((name) => {
    const column = frame.getColumn(name);
    const value = column.dtype.equals(pl.Date) ? dayText(Number(column.cast(pl.Int32).get(row))) : column.get(row);
    return `${name} ${value}`;
  }).join(", ");
  throw refusal(
    { ...place, row: row + 1 },
    `each ${key.join(" and ")} once`,
    `${named} again, which row ${first.get(values[row])! + 1} already has`,
  );
}
