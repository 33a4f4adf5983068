import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl, { type DataFrame } from "nodejs-polars";
import { random } from "@/core/random.ts";
import { applyBlend, learnBlend, walkForward } from "@/pipeline/blend.ts";

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

  it("asks for lower forecasts where percentages are squared, whatever the level of a window", () => {
    const { correction } = learnBlend([window(1, 0.9), window(2, 1.1), window(3)], options);
    expect(correction.factor).toBeLessThan(0.99);
    expect(learnBlend([window(1, 1.1), window(2, 1.1)], { ...options, metric: "wmae" }).correction.factor).toBe(1);
  });
});

describe("walkForward()", () => {
  it("forecasts each window with what the windows before it taught, and never with its own truth", () => {
    const windows = [window(1), window(2), window(3)];
    const { forecasts, final } = walkForward(windows, options);
    expect(forecasts[0]).toEqual(applyBlend(windows[0]!, learnBlend([], options)));
    expect(forecasts[2]).toEqual(applyBlend(windows[2]!, learnBlend(windows.slice(0, 2), options)));
    const other = windows[2]!.withColumn(pl.col("y").mul(3).alias("y"));
    const again = walkForward([windows[0]!, windows[1]!, other], options);
    expect(again.forecasts).toEqual(forecasts);
    expect(again.final).toEqual(final);
  });
});
