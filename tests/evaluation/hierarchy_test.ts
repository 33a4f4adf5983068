import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { DatasetError } from "@/core/errors.ts";
import { random } from "@/core/random.ts";
import {
  addUp,
  type Hierarchy,
  hierarchyByColumns,
  hierarchyOf,
  reconcile,
  RECONCILIATIONS,
  shrunkCovariance,
} from "@/evaluation/mod.ts";
import golden from "../golden/hierarchy.json" with { type: "json" };

const vectors = (values: readonly (readonly number[])[]) => values.map((own) => Float64Array.from(own));

/** The largest difference between an aggregate and what its series add up to, as a share of the top. */
function gap(hierarchy: Hierarchy, values: readonly Float64Array[]): number {
  const sums = addUp(hierarchy, values.slice(hierarchy.aggregates));
  const top = Math.max(1, ...values[0]!.map(Math.abs));
  return Math.max(...values.map((own, at) => Math.max(...own.map((value, k) => Math.abs(value - sums[at]![k]!))))) /
    top;
}

/** A tree of the given number of series, in up to four types of up to three regions. */
function tree(series: number, seed: number) {
  const { integer } = random(seed);
  return hierarchyByColumns(
    Array.from({ length: series }, (_, k) => ({ id: String(k), is: { type: `t${integer(4)}`, region: integer(3) } })),
    ["type", "region"],
  );
}

describe("hierarchyOf()", () => {
  it("puts parents before their children, and series last, whatever the order of the links", () => {
    const { nodes, parents, depths, aggregates } = hierarchyOf([
      { node: "1", parent: "a" },
      { node: "a", parent: "total" },
      { node: "2", parent: "a" },
      { node: "total", parent: null },
    ]);
    expect(nodes).toEqual(["total", "a", "1", "2"]);
    expect([...parents]).toEqual([-1, 0, 1, 1]);
    expect([...depths]).toEqual([0, 1, 2, 2]);
    expect(aggregates).toBe(2);
  });

  it("names an orphan, the parent that it asks for, and the link", () => {
    const links = [{ node: "total", parent: null }, { node: "a", parent: "total" }, { node: "7", parent: "b" }];
    expect(() => hierarchyOf(links)).toThrow(DatasetError);
    expect(() => hierarchyOf(links)).toThrow('link 3: the parent "b" of "7" is no node');
  });

  it("names every node of a cycle", () => {
    const links = [
      { node: "total", parent: null },
      { node: "a", parent: "b" },
      { node: "b", parent: "c" },
      { node: "c", parent: "a" },
    ];
    expect(() => hierarchyOf(links)).toThrow('"a" is a part of "b" is a part of "c" is a part of "a", a cycle');
    expect(() => hierarchyOf([{ node: "x", parent: "x" }])).toThrow('"x" is a part of "x", a cycle');
  });

  it("refuses two tops, no top, and a node that stands twice", () => {
    expect(() => hierarchyOf([{ node: "a", parent: null }, { node: "b", parent: null }])).toThrow(
      "2 nodes have no parent",
    );
    expect(() => hierarchyOf([])).toThrow("no node is the top");
    const twice = [{ node: "t", parent: null }, { node: "a", parent: "t" }, { node: "a", parent: "t" }];
    expect(() => hierarchyOf(twice)).toThrow("links 2 and 3");
  });

  it("refuses a series without a value in a column as an orphan", () => {
    const stores = [{ id: "1", is: { region: "BY" } }, { id: "2", is: { region: null } }];
    expect(() => hierarchyByColumns(stores, ["region"])).toThrow('series "2" has no region: it is an orphan');
  });

  it("tells a store from a type of the same name", () => {
    const stores = [{ id: "1", is: { type: 1 } }, { id: "2", is: { type: 2 } }];
    expect(hierarchyByColumns(stores, ["type"]).nodes).toEqual(["total", "type 1", "type 2", "1", "2"]);
  });
});

describe("reconcile()", () => {
  it("forecasts what hierarchicalforecast does, each way", () => {
    for (const { links, base, errors, made } of golden.cases) {
      const hierarchy = hierarchyOf(links);
      expect(hierarchy.nodes).toEqual(links.map(({ node }) => node));
      // The ways by shares are ours; with sizes of 1 they are the library's but for the mean, which they do not subtract.
      for (const method of RECONCILIATIONS.filter((way) => !way.endsWith("share"))) {
        const own = reconcile(hierarchy, vectors(base), method, { errors: vectors(errors) });
        own.forEach((values, at) =>
          values.forEach((value, step) => expect(value).toBeCloseTo(made[method as keyof typeof made][at]![step]!, 6))
        );
      }
    }
  });

  it("adds up at every node, and leaves forecasts alone that do", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 1e6 }), (series, seed) => {
      const hierarchy = tree(series, seed), { normal } = random(seed, 1);
      const noise = (size: number, length: number) =>
        hierarchy.nodes.map(() => Float64Array.from({ length }, () => size * normal()));
      const base = noise(100, 3), errors = noise(5, 8), sizes = { past: noise(100, 8), ahead: base };
      for (const method of RECONCILIATIONS) {
        const own = reconcile(hierarchy, base, method, { errors, sizes });
        // Top-down divides by sums of forecasts, which may be next to nothing here.
        if (method === "top_down") continue;
        expect(gap(hierarchy, own)).toBeLessThan(1e-9);
        const again = reconcile(hierarchy, own, method, { errors, sizes });
        again.forEach((values, at) => values.forEach((value, k) => expect(value).toBeCloseTo(own[at]![k]!, 6)));
      }
    }));
  });

  it("keeps what is certain, and sells nothing below zero", () => {
    const hierarchy = tree(30, 3), { next } = random(3, 1);
    const base = addUp(hierarchy, Array.from({ length: 30 }, (_, k) => Float64Array.of(k % 5 === 0 ? 0 : 20 * next())));
    // The total is forecast far too low, so that somebody would have to sell less than nothing.
    base[0]![0]! *= 0.05;
    const errors = hierarchy.nodes.map((_, at) =>
      Float64Array.from({ length: 9 }, () => next() - (at === 0 ? 0.5 : 0.4))
    );
    const sizes = { past: hierarchy.nodes.map((_, at) => new Float64Array(9).fill(at + 1)), ahead: base };
    for (const method of RECONCILIATIONS.filter((way) => !["bottom_up", "top_down"].includes(way))) {
      const certain = (series: number) => series % 5 === 0;
      const own = reconcile(hierarchy, base, method, { errors, sizes, certain, allowsNegative: false });
      expect(gap(hierarchy, own)).toBeLessThan(1e-9);
      own.forEach(([value]) => expect(value).toBeGreaterThanOrEqual(0));
      for (let k = 0; k < 30; k += 5) expect(own[hierarchy.aggregates + k]![0]).toBe(0);
    }
  });

  it("forecasts many steps as it does each alone, whichever series are certain on them", () => {
    const hierarchy = tree(8, 5), { normal, next } = random(5, 1);
    const noise = (length: number) => hierarchy.nodes.map(() => Float64Array.from({ length }, () => 20 + 9 * normal()));
    const base = noise(6), errors = noise(12), past = noise(12);
    const closed = Array.from({ length: 8 }, () => Array.from({ length: 3 }, () => next() < 0.3));
    const certain = (series: number, step: number) => closed[series]![step % 3]!;
    for (const method of RECONCILIATIONS) {
      const options = { errors, sizes: { past, ahead: base }, allowsNegative: false };
      const all = reconcile(hierarchy, base, method, { ...options, certain });
      for (let step = 0; step < 6; step++) {
        const now = base.map((own) => own.slice(step, step + 1));
        const alone = reconcile(hierarchy, now, method, {
          ...options,
          sizes: { past, ahead: now },
          certain: (series) => certain(series, step),
        });
        expect([method, step, all.map((own) => own[step])]).toEqual([method, step, alone.map(([value]) => value)]);
      }
    }
  });

  it("is wls_var where all sizes are one, by shares", () => {
    const { links, base, errors } = golden.cases[0]!, hierarchy = hierarchyOf(links);
    const ones = (of: readonly (readonly number[])[]) => of.map((own) => new Float64Array(own.length).fill(1));
    const sizes = { past: ones(errors), ahead: ones(base) };
    const options = { errors: vectors(errors), sizes };
    const plain = reconcile(hierarchy, vectors(base), "wls_var", options);
    reconcile(hierarchy, vectors(base), "wls_share", options).forEach((own, at) =>
      own.forEach((value, step) => expect(value).toBeCloseTo(plain[at]![step]!, 6))
    );
  });

  it("moves a quiet day alike however busy the days were on which errors were made, by shares", () => {
    const hierarchy = tree(12, 7), { normal, next } = random(7, 1);
    const noise = (length: number) => hierarchy.nodes.map(() => Float64Array.from({ length }, () => 0.1 * normal()));
    const quiet = addUp(hierarchy, Array.from({ length: 12 }, () => Float64Array.of(10 * next() + 1)));
    const base = quiet.map((own) => own.map((value) => value * (1 + 0.1 * normal()))), wrong = noise(20);
    const made = (busy: number, method: "mint_share" | "wls_share" | "mint_shrink") => {
      // On every second day, everything was as many times larger, and so were its errors.
      const past = quiet.map(([size]) =>
        Float64Array.from({ length: 20 }, (_, day) => day % 2 === 0 ? size! : busy * size!)
      );
      const errors = wrong.map((own, at) => own.map((share, day) => share * past[at]![day]!));
      return reconcile(hierarchy, base, method, { errors, sizes: { past, ahead: base } }).map(([value]) => value!);
    };
    for (const method of ["wls_share", "mint_share"] as const) {
      const calm = made(1, method);
      made(5, method).forEach((value, at) => expect(value).toBeCloseTo(calm[at]!, 9));
    }
    const calm = made(1, "mint_shrink");
    expect(made(5, "mint_shrink").some((value, at) => Math.abs(value - calm[at]!) > 0.01)).toBe(true);
  });

  it("refuses forecasts that are not finite, or not one per node", () => {
    const hierarchy = tree(2, 1), base = hierarchy.nodes.map(() => Float64Array.of(1));
    expect(() => reconcile(hierarchy, base.slice(1), "ols")).toThrow("need a forecast each");
    expect(() => reconcile(hierarchy, base, "mint_shrink")).toThrow("needs earlier errors");
    const errors = base;
    expect(() => reconcile(hierarchy, base, "wls_share", { errors })).toThrow("needs the sizes");
    const sizes = { past: errors.slice(1), ahead: base };
    expect(() => reconcile(hierarchy, base, "wls_share", { errors, sizes })).toThrow("needs a size");
    base.at(-1)![0] = NaN;
    expect(() => reconcile(hierarchy, base, "ols")).toThrow('step 1 of "1" is NaN');
  });
});

describe("shrunkCovariance()", () => {
  it("takes independent errors for independent, and equal ones for equal", () => {
    const { normal } = random(5);
    const noise = Array.from({ length: 20 }, () => Float64Array.from({ length: 40 }, normal));
    expect(shrunkCovariance(noise).shrinkage).toBeGreaterThan(0.8);
    const same = Array.from({ length: 20 }, () => noise[0]!);
    expect(shrunkCovariance(same).shrinkage).toBeLessThan(0.1);
  });
});
