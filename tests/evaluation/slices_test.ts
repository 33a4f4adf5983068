import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { horizonCurve, score, scoreBySlice, worstRows } from "@/evaluation/mod.ts";

describe("scoreBySlice()", () => {
  const y = [10, 20, 30, 40], yHat = [12, 20, 33, 40];

  it("scores each group as if it were alone", () => {
    const [monday, tuesday] = scoreBySlice(y, yHat, [1, 2, 1, 2], { weight: [1, 1, 5, 5], scale: [1, 2, 3, 4] });
    expect(monday).toEqual({
      level: 1,
      rows: 2,
      scores: score([10, 30], [12, 33], { weight: [1, 5], scale: [1, 3] }),
    });
    expect(tuesday!.scores.mae).toBe(0);
  });
  it("sorts numbers as numbers and leaves out rows without a level", () => {
    expect(scoreBySlice(y, yHat, [10, 9, 10, NaN]).map((slice) => [slice.level, slice.rows])).toEqual([[9, 1], [
      10,
      2,
    ]]);
    expect(scoreBySlice(y, yHat, ["b", null, "a", undefined]).map((slice) => slice.level)).toEqual(["a", "b"]);
  });
  it("refuses levels that do not fit the rows", () => {
    expect(() => scoreBySlice(y, yHat, ["a"])).toThrow("levels has 1");
  });
});

describe("horizonCurve()", () => {
  it("takes steps together, the last of them as many as there are", () => {
    const curve = horizonCurve([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], [1, 7, 8, 14, 16], { width: 7 });
    expect(curve.map(({ from, to, rows, scores }) => [from, to, rows, scores.mae])).toEqual([
      [1, 7, 2, 0.5],
      [8, 14, 2, 2.5],
      [15, 16, 1, 4],
    ]);
  });
  it("refuses a width of no steps", () => {
    expect(() => horizonCurve([1], [1], [1], { width: 0 })).toThrow(">= 1");
  });
});

describe("worstRows()", () => {
  it("names the rows that make up the error, largest share first", () => {
    const rows = worstRows([10, 0, 10, 10], [20, 99, 13, 10]);
    expect(rows.map(({ row }) => row)).toEqual([0, 2]);
    expect(rows[0]!.share).toBeCloseTo(1 / 1.09, 12);
    expect(rows[0]!.share + rows[1]!.share).toBeCloseTo(1, 12);
  });
  it("gives as many as asked for, and none when all is right", () => {
    expect(worstRows([1, 1, 1], [2, 3, 4], { count: 2 }).map(({ row }) => row)).toEqual([2, 1]);
    expect(worstRows([1, 1], [1, 1])).toEqual([]);
  });
});
