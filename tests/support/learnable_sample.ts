/**
 * A small sample that something can be learnt from, with the difficulties of real ones: missing values, a categorical
 * column, and a column that says nothing.
 *
 * @module
 */
import { type Sample, sharedFloats } from "@/core/matrix.ts";
import { random } from "@/core/random.ts";

/**
 * Draws rows of sales that depend on promotion, weekday and distance to the competition.
 *
 * Columns: promo (0/1), weekday (codes 0–6, categorical), distance (km, a tenth missing), noise.
 */
export function learnableSample({ rows = 400, seed = 1 } = {}): Sample {
  const chance = random(seed);
  const names = ["promo", "weekday", "distance", "noise"];
  const data = sharedFloats(rows * names.length), y = sharedFloats(rows);
  for (let i = 0; i < rows; i++) {
    const promo = chance.integer(2), weekday = chance.integer(7), distance = chance.next() * 10;
    data[i] = promo;
    data[rows + i] = weekday;
    data[2 * rows + i] = chance.next() < 0.1 ? NaN : distance;
    data[3 * rows + i] = chance.normal();
    y[i] = 100 + 40 * promo + 20 * [0, 3, 1, 2, 0, 5, 4][weekday]! + 3 * distance + chance.normal();
  }
  return { x: { names, rows, data, categorical: ["weekday"] }, y };
}
