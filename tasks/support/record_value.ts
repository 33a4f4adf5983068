/**
 * Values of records, in the form in which sentences tell them.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";

/**
 * A value of a record: names and places joined by dots, `[name=text]` for the entry of a list where it is so, `[2]` for
 * the one at a place; `+ - * /` between values and numbers, with spaces around them.
 *
 * @throws {ParamsError} If the record has no such value.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { valueOf } from "./record_value.ts";
 *
 * const record = { ways: [{ way: "naive", cost: 8 }, { way: "ours", cost: 2 }], from: "2015-01-01" };
 * expect(valueOf(record, "1 - ways[way=ours].cost / ways[way=naive].cost")).toBe(0.75);
 * expect(valueOf(record, "from")).toBe("2015-01-01");
 * ```
 */
export function valueOf(record: unknown, expression: string): number | string {
  const [first, ...rest] = expression.replaceAll(/\s+/g, " ").trim().split(/ ([+-]) /);
  let sum = product(record, first!);
  for (let k = 0; k < rest.length; k += 2) {
    const other = numeric(product(record, rest[k + 1]!), rest[k + 1]!);
    sum = numeric(sum, first!) + (rest[k] === "-" ? -other : other);
  }
  return sum;
}

function product(record: unknown, term: string): number | string {
  const [first, ...rest] = term.split(/ ([*/]) /);
  let value = single(record, first!);
  for (let k = 0; k < rest.length; k += 2) {
    const other = numeric(single(record, rest[k + 1]!), rest[k + 1]!);
    value = rest[k] === "/" ? numeric(value, first!) / other : numeric(value, first!) * other;
  }
  return value;
}

function single(record: unknown, path: string): number | string {
  if (/^\d+(\.\d+)?$/.test(path)) return Number(path);
  let at = record;
  for (const [, name, key, wanted, place] of path.matchAll(/([^.[\]]+)(?=$|[.[])|\[([^=\]]+)=([^\]]+)\]|\[(\d+)\]/g)) {
    if (name !== undefined) at = (at as Record<string, unknown> | undefined)?.[name];
    else if (place !== undefined) at = (at as readonly unknown[] | undefined)?.[Number(place)];
    else {
      at = (at as readonly Record<string, unknown>[] | undefined)?.find((entry) => String(entry[key!]) === wanted);
    }
  }
  if (typeof at === "number" || typeof at === "string") return at;
  throw new ParamsError(`Cannot tell "${path}": the record has no number or text there`);
}

function numeric(value: number | string, path: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ParamsError(`Cannot calculate with "${path}": it is ${value}, and no finite number`);
}

/**
 * A value in the form of an example: `0.1 %` is one decimal of a share, `1 MB` a whole number with its unit, `+1 %` with
 * its sign.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { formed } from "./record_value.ts";
 *
 * expect([formed(0.0512, "0.1 %"), formed(1234.6, "1 MB"), formed(-0.5, "+1 %")]).toEqual(["5.1 %", "1,235 MB", "−50 %"]);
 * ```
 */
export function formed(value: number | string, form: string): string {
  if (typeof value === "string") throw new ParamsError(`Cannot write "${value}" as "${form}": it is no number`);
  const [, sign, decimals = "", unit] = /^(\+?)\d+(?:\.(\d+))?(.*)$/s.exec(form) ?? [];
  if (unit === undefined) throw new ParamsError(`Cannot write ${value} as "${form}": expected a form such as 0.1 %`);
  const shown = unit.trim() === "%" ? 100 * value : value, digits = decimals.length;
  const text = Math.abs(shown).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const zero = !/[1-9]/.test(text);
  return `${zero ? "" : shown < 0 ? "−" : sign}${text}${unit}`;
}
