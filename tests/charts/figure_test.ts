import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { directLabels, makeFigure, plainText, spreadApart, wrapLines } from "@/charts/figure.ts";

const positions = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { maxLength: 8 });

describe("figure", () => {
  it("spreadApart() leaves at least the gap between any two, and keeps their order", () => {
    fc.assert(fc.property(positions, fc.double({ min: 0.1, max: 20, noNaN: true }), (values, gap) => {
      const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
      const spread = spreadApart(values, gap);
      for (let k = 1; k < order.length; k++) {
        expect(spread[order[k]!]! - spread[order[k - 1]!]!).toBeGreaterThanOrEqual(gap - 1e-9);
      }
    }));
  });

  it("spreadApart() leaves positions that are far apart where they are", () => {
    expect(spreadApart([30, 10, 20], 5)).toEqual([30, 10, 20]);
  });

  it("spreadApart() does not change its argument", () => {
    const values = [1, 1, 1];
    spreadApart(values, 3);
    expect(values).toEqual([1, 1, 1]);
  });

  it("wrapLines() keeps all words, and lines short unless one word is too long", () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
      const lines = wrapLines(words.join(" "), 10);
      expect(lines.join(" ")).toBe(words.join(" "));
      for (const line of lines) expect(line.length <= 10 || !line.includes(" ")).toBe(true);
    }));
  });

  it("plainText() leaves nothing that Plotly would read as markup", () => {
    expect(plainText('<a href="x">&nbsp;</a>')).not.toMatch(/[<>]|&nbsp;/);
  });

  it("makeFigure() shows markup in a title as it is written, and keeps the words apart from it", () => {
    const figure = makeFigure({ title: "<b>x</b>", subtitle: "s", data: [], table: { columns: [], rows: [] } });
    expect(figure.title).toBe("<b>x</b>");
    expect(figure.layout.title).toMatchObject({ text: "&lt;b&gt;x&lt;/b&gt;" });
  });

  it("makeFigure() grows with a long title, so that the drawing keeps its height", () => {
    const made = (title: string) => makeFigure({ title, subtitle: "s", data: [], table: { columns: [], rows: [] } });
    const short = made("short").layout, long = made("a long word ".repeat(20)).layout;
    expect(long.height!).toBeGreaterThan(short.height!);
    expect(long.height! - long.margin!.t!).toBe(short.height! - short.margin!.t!);
  });

  it("directLabels() never overlap", () => {
    const ends = [1, 1.01, 1.02].map((y) => ({ text: "a", y, color: "#000000" }));
    const at = directLabels(ends, [0, 10], 200).map((label) => label.y as number).toSorted((a, b) => a - b);
    // 18 pixels of 200 are 0.9 of an axis from 0 to 10.
    expect(at[1]! - at[0]!).toBeCloseTo(0.9);
    expect(at[2]! - at[1]!).toBeCloseTo(0.9);
  });
});
