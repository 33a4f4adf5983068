// Every drift test beside the real one: Evidently 0.7 with scipy underneath (tests/golden/make_drift.py).
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import {
  type Category,
  categorySample,
  driftTests,
  hasDrifted,
  numberSample,
  type Sample,
} from "@/checks/drift/mod.ts";
import golden from "../../golden/drift.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly kind: "numerical" | "categorical";
  readonly integer: boolean;
  readonly reference: readonly Category[];
  readonly current: readonly Category[];
  readonly values: Readonly<Record<string, readonly [number, boolean]>>;
}

// Shuffles with other random numbers: three standard errors of a share of 1,000.
const SHUFFLED = new Set(["TVD"]), NOISE = 0.048;

for (const { name, values, ...pair } of golden as unknown as readonly Case[]) {
  describe(`golden case "${name}"`, () => {
    for (const [key, [value, drifted]] of Object.entries(values)) {
      it(`${key} gives Evidently's value and verdict`, () => {
        const test = driftTests[key]!, found = test.measure(sample(pair, "reference"), sample(pair, "current"));
        if (SHUFFLED.has(key)) {
          expect(Math.abs(found - value)).toBeLessThan(NOISE);
          return;
        }
        expect(Math.abs(found - value)).toBeLessThan(1e-9 + 1e-7 * Math.abs(value));
        expect(hasDrifted(test, found)).toBe(drifted);
      });
    }
  });
}

describe("driftTests", () => {
  it("has a golden value for each test", () => {
    const seen = new Set(golden.flatMap(({ values }) => Object.keys(values)));
    expect(Object.keys(driftTests).filter((name) => !seen.has(name))).toEqual([]);
  });

  it("give the same bits in whatever order categories were counted", () => {
    const counts: [Category, number][] = [["b", 131], ["a", 17], [0, 3], ["d", 59], [2, 7], ["c", 211]];
    const other: [Category, number][] = counts.map(([category, count], at) => [category, count + 13 * at % 31]);
    const both = (order: (all: [Category, number][]) => [Category, number][]) =>
      [counts, other].map((all) => categorySample(new Map(order([...all])))) as [Sample, Sample];
    const one = both((all) => all), reversed = both((all) => all.reverse());
    const tests = Object.values(driftTests).filter(({ kinds }) => kinds.includes("categorical"));
    expect(tests.length).toBeGreaterThan(3);
    for (const { name, measure } of tests) {
      expect([name, measure(...reversed)]).toEqual([name, measure(...one)]);
    }
  });
});

function sample({ kind, integer, ...sides }: Omit<Case, "name" | "values">, side: "reference" | "current"): Sample {
  const values = sides[side];
  if (kind === "numerical") return numberSample(Float64Array.from(values as number[]), { integer });
  const counts = new Map<Category, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return categorySample(counts);
}
