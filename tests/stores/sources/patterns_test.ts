import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { matches, mayHold } from "@/stores/sources/patterns.ts";

const name = fc.stringMatching(/^[ab.]{1,6}$/);
const part = fc.stringMatching(/^[ab.*]{1,6}$/);

describe("matches()", () => {
  it("agrees with the regular expression that says the same", () => {
    fc.assert(
      fc.property(name, part, (name, part) => {
        const pieces = part.split("*").map((piece) => piece.replaceAll(".", "\\."));
        expect(matches(name, part)).toBe(new RegExp(`^${pieces.join(".*")}$`).test(name));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("a star stays within its part of the path, and capitals count", () => {
    expect(matches("a/b.csv", "*.csv")).toBe(false);
    expect(matches("a/b.csv", "*/*.csv")).toBe(true);
    expect(matches("Train.csv", "train.csv")).toBe(false);
    expect(matches("train.csvx", "train.csv")).toBe(false);
    expect(matches("train+csv", "train.csv")).toBe(false);
  });
});

describe("mayHold()", () => {
  it("holds for every folder above a file that matches", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, part), { minLength: 1, maxLength: 4 }), (pairs) => {
        const path = pairs.map(([name]) => name), pattern = pairs.map(([, part]) => part).join("/");
        fc.pre(matches(path.join("/"), pattern));
        for (let depth = 0; depth < path.length; depth++) {
          expect(mayHold(path.slice(0, depth).join("/"), pattern)).toBe(true);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("spares folders in which nothing can match", () => {
    expect(mayHold("node_modules", "external/weather/*.csv")).toBe(false);
    expect(mayHold("external/weather/old", "external/weather/*.csv")).toBe(false);
    expect(mayHold("train.csv", "train.csv")).toBe(false);
  });
});
