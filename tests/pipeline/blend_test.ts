import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import { random } from "@/core/random.ts";
import { applyBlend, blendWindows, learnBlend } from "@/pipeline/blend.ts";

/** A window in which `good` errs by 5 % and `bad` by 40 %, both `level` times too high. */
function window(seed: number, level = 1): DataFrame {
  const chance = random(seed);
  const y = Float64Array.from({ length: 400 }, () => 100 + 900 * chance.next());
  const off = (noise: number) => y.map((sold) => sold * level * Math.exp(noise * chance.normal()));
  const ones = y.map(() => 1);
  return pl.DataFrame({
    y: pl.Series("y", y),
    weight: pl.Series("weight", ones),
    scale: pl.Series("scale", ones),
    good: pl.Series("good", off(0.05)),
    bad: pl.Series("bad", off(0.4)),
  });
}
const options = { members: ["good", "bad"], space: "log", metric: "rmspe" } as const;

describe("learnBlend()", () => {
  it("lets the better member count more, and keeps the other in the game", () => {
    const { weights } = learnBlend([window(1), window(2), window(3)], options);
    expect(weights["good"]! + weights["bad"]!).toBeCloseTo(1, 12);
    expect(weights["good"]!).toBeGreaterThan(0.6);
    expect(weights["bad"]!).toBeGreaterThanOrEqual(0.25);
  });

  it("gives equal weights and no correction when there is no past", () => {
    const { weights, correction } = learnBlend([], options);
    expect(weights).toEqual({ good: 0.5, bad: 0.5 });
    expect(correction.factor).toBe(1);
  });

  it("starts from the prior that params tell, and keeps half of it", () => {
    expect(learnBlend([], { ...options, prior: { good: 3 } }).weights).toEqual({ good: 0.75, bad: 0.25 });
    const teach = [window(1), window(2)];
    const equal = learnBlend(teach, options).weights,
      told = learnBlend(teach, { ...options, prior: { bad: 3 } }).weights;
    expect(told["bad"]! - equal["bad"]!).toBeCloseTo((0.75 - 0.5) / 2, 12);
  });

  it("believes the newest window most", () => {
    const swapped = (frame: DataFrame) => frame.withColumns(pl.col("good").alias("bad"), pl.col("bad").alias("good"));
    const share = (windows: readonly DataFrame[]) => learnBlend(windows, options).weights["good"]!;
    expect(share([swapped(window(1)), window(2)])).toBeGreaterThan(share([window(2), swapped(window(1))]) + 0.1);
  });

  it("asks for lower forecasts where percentages are squared, whatever the level of a window", () => {
    const { correction } = learnBlend([window(1, 0.9), window(2, 1.1), window(3)], options);
    expect(correction.factor).toBeLessThan(0.995);
    expect(learnBlend([window(1, 1.1), window(2, 1.1)], { ...options, metric: "wmae" }).correction.factor).toBe(1);
  });
});

describe("blendWindows()", () => {
  const windows = [window(1), window(2), window(3)], held = window(4);

  it("forecasts each backtest window with what the others taught, and the holdout with all of them", () => {
    const { backtest, holdout, choice } = blendWindows(windows, held, options);
    expect(backtest[1]).toEqual(applyBlend(windows[1]!, learnBlend([windows[0]!, windows[2]!], options)));
    expect(choice).toEqual(learnBlend(windows, options));
    expect(holdout).toEqual(applyBlend(held, choice));
  });

  it("never uses a window's own truth for it, nor the holdout's for any", () => {
    const before = blendWindows(windows, held, options);
    const other = (frame: DataFrame) => frame.withColumn(pl.col("y").mul(3).alias("y"));
    expect(blendWindows(windows, other(held), options)).toEqual(before);
    const changed = blendWindows([other(windows[0]!), windows[1]!, windows[2]!], held, options);
    expect(changed.backtest[0]).toEqual(before.backtest[0]);
  });
});
