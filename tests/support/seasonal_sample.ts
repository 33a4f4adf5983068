/**
 * A small sample of whole series, with the columns that the features room promises to models that know series by name.
 *
 * @module
 */
import { type Sample, sharedFloats } from "@/core/matrix.ts";
import { random } from "@/core/random.ts";

const SEASON = 7;

/**
 * Draws daily series of two departments: a level per series, a weekday pattern per department, promotions and growth.
 *
 * Columns: series, t, dept, day_of_week (1–7), month, year, promo, base (expected level on the transformed scale),
 * seasonal_naive (units of y). The last series has no rows before `lateStart`.
 *
 * @param options.from First step of the rows.
 * @param options.to First step after the rows.
 */
export function seasonalSample(
  { series = 6, from = 0, to = 70, seed = 1, transform = "log1p", lateStart = 0 }: {
    readonly series?: number;
    readonly from?: number;
    readonly to?: number;
    readonly seed?: number;
    readonly transform?: "log1p" | "identity";
    readonly lateStart?: number;
  } = {},
): Sample {
  const rows: number[][] = [];
  for (let code = 0; code < series; code++) {
    const dept = code % 2;
    const level = 50 * (code + 1);
    const sales = (t: number) => {
      const chance = random(seed, code, t + 10_000);
      const promo = chance.integer(3) === 0 ? 1 : 0;
      const weekday = [1, 0.9, 0.8, 1, 1.3, 1.6, 0.4][(t + dept + 70) % SEASON]!;
      return { promo, y: level * weekday * (1 + 0.3 * promo) * 1.002 ** t * Math.exp(0.05 * chance.normal()) };
    };
    for (let t = from; t < to; t++) {
      if (code === series - 1 && t < lateStart) continue;
      const { promo, y } = sales(t);
      const expected = level * 1.1;
      const base = transform === "log1p" ? Math.log1p(expected) : expected;
      const month = 1 + Math.floor(t / 30) % 12, year = 2020 + Math.floor(t / 360);
      rows.push([y, code, t, dept, 1 + t % SEASON, month, year, promo, base, sales(t - SEASON).y]);
    }
  }
  const names = ["series", "t", "dept", "day_of_week", "month", "year", "promo", "base", "seasonal_naive"];
  const data = sharedFloats(rows.length * names.length), y = sharedFloats(rows.length);
  rows.forEach(([sold, ...values], row) => {
    y[row] = sold!;
    values.forEach((value, k) => data[k * rows.length + row] = value);
  });
  return { x: { names, rows: rows.length, data, categorical: ["dept"] }, y };
}
