import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide, type GateFacts, NOT_MEASURED } from "@/governance/mod.ts";

const rule = { alpha: 0.05, sliceMargin: 0.1, sliceRows: 30, coverageBand: 0.1, simplerMargin: 0.01 };
const on = "3 windows, 126 dates";
const duel = (against: string, challenger: number, other: number, pValue: number | null = 0.01) => ({
  against,
  challenger,
  other,
  pValue,
  on,
});

/** A challenger that everything speaks for. */
const good: GateFacts = {
  metric: "rmspe",
  champion: { version: 2, duel: duel("version 2 (ensemble)", 0.1, 0.12) },
  naive: duel("seasonal_naive", 0.1, 0.2),
  simpler: [duel("lightgbm", 0.1, 0.11)],
  slices: [{ slice: "promo = yes", rows: 100, challenger: 0.1, other: 0.1 }],
  intervals: [{ level: 0.8, held: 0.78 }],
  leak: { passed: true, checked: 81 },
  validation: { suites: 5, broken: [] },
  behaviour: [{ check: "promotion", passed: true, severity: "critical", observed: "+20 %", wanted: "a gain" }],
};

/** The checks that failed, critical ones only. */
function refusedBy(change: Partial<GateFacts>): string[] {
  const { accepted, findings } = decide({ ...good, ...change }, rule);
  const failed = findings.filter(({ passed, severity }) => !passed && severity === "critical").map(({ check }) =>
    check
  );
  expect(accepted).toBe(failed.length === 0);
  return failed;
}

const { champion: _champion, ...first } = good;

describe("decide()", () => {
  it("accepts a challenger that is better by more than chance and proven in every way", () => {
    const decision = decide(good, rule);
    expect(decision).toMatchObject({ accepted: true, against: "version 2 (ensemble)", champion: 2 });
    expect(decision.findings.every(({ passed }) => passed)).toBe(true);
    expect(decision.reasons).toEqual([`rmspe 0.1000 against 0.1200 of version 2 (ensemble) on ${on}`]);
  });

  it("refuses what is worse than the champion, the same, or better by chance", () => {
    const against = (challenger: number, pValue: number) =>
      refusedBy({ champion: { version: 2, duel: duel("v2", challenger, 0.12, pValue) } });
    expect(against(0.13, 0.9)).toEqual(["better than the champion", "better than the champion: Diebold–Mariano"]);
    expect(against(0.12, 0.04)).toEqual(["better than the champion"]);
    expect(against(0.11, 0.05)).toEqual(["better than the champion: Diebold–Mariano"]);
    expect(against(0.11, 0.049)).toEqual([]);
  });

  it("judges a first model by naive and by the best simple model", () => {
    expect(decide(first, rule)).toMatchObject({ accepted: true, against: "seasonal_naive", champion: null });
    const judge = (change: Partial<GateFacts>) => {
      const { findings } = decide({ ...first, ...change }, rule);
      return findings.filter(({ passed, severity }) => !passed && severity === "critical").map(({ check }) => check);
    };
    expect(judge({ naive: duel("seasonal_naive", 0.1, 0.09, 0.8) })).toContain("better than naive");
    expect(judge({ simple: duel("group_median", 0.1, 0.09) })).toEqual(["better than the best simple model"]);
    const { naive: _naive, ...alone } = first;
    expect(decide(alone, rule).accepted).toBe(false);
  });

  it("asks of one that cannot be compared with the champion what it asks of a first one, and says so", () => {
    const change = { champion: { version: 2, why: "it has seen these windows" } };
    const { findings, accepted, champion } = decide({ ...good, ...change }, rule);
    expect([accepted, champion]).toEqual([true, 2]);
    expect(findings[0]).toMatchObject({ passed: false, severity: "warning", observed: "it has seen these windows" });
    expect(refusedBy({ ...change, naive: duel("seasonal_naive", 0.3, 0.2, 0.9) })).toContain("better than naive");
  });

  it("protects slices beyond the margin, when they have enough rows", () => {
    const slice = (challenger: number, rows: number) => ({ slice: "store_type = b", rows, challenger, other: 0.1 });
    expect(refusedBy({ slices: [slice(0.111, 30)] })).toEqual(["protected slices"]);
    expect(refusedBy({ slices: [slice(0.109, 30)] })).toEqual([]);
    expect(refusedBy({ slices: [slice(0.5, 29), slice(0.1, 30)] })).toEqual([]);
  });

  it("prefers a simpler model that is better, beyond a tie", () => {
    const check = ["no simpler model is better"];
    expect(refusedBy({ simpler: [duel("lightgbm", 0.1, 0.0989, 0.5)] })).toEqual(check);
    expect(refusedBy({ simpler: [duel("lightgbm", 0.1, 0.0995, 0.5)] })).toEqual([]);
    expect(refusedBy({ simpler: [duel("lightgbm", 0.1, 0.0995, 0.97)] })).toEqual(check);
  });

  it("holds intervals to their band, the proofs to every feature, suite and behaviour", () => {
    expect(refusedBy({ intervals: [{ level: 0.8, held: 0.7 }, { level: 0.95, held: 0.84 }] })).toEqual(["intervals"]);
    expect(refusedBy({ intervals: [{ level: 0.8, held: 0.6, windows: 3 }] })).toEqual(["intervals"]);
    // One or two windows can be off by chance: that is a warning.
    expect(refusedBy({ intervals: [{ level: 0.8, held: 0.6, windows: 2 }] })).toEqual([]);
    expect(refusedBy({ leak: { passed: false, checked: 81 } })).toEqual(["leak proof"]);
    expect(refusedBy({ leak: { passed: true, checked: 0 } })).toEqual(["leak proof"]);
    expect(refusedBy({ validation: { suites: 5, broken: ["train: sales"] } })).toEqual(["data validation"]);
    const broken = { ...good.behaviour![0]!, passed: false };
    expect(refusedBy({ behaviour: [broken] })).toEqual(["behaviour"]);
  });

  it("never lets what nobody measured pass: it is a warning with a name", () => {
    const { intervals: _i, leak: _l, validation: _v, behaviour: _b, ...bare } = good;
    const { accepted, findings, reasons } = decide({ ...bare, slices: [] }, rule);
    const open = findings.filter(({ observed }) => observed === NOT_MEASURED);
    expect(open.map(({ check }) => check)).toEqual([
      "protected slices",
      "intervals",
      "leak proof",
      "data validation",
      "behaviour",
    ]);
    expect(open.every(({ passed, severity }) => !passed && severity === "warning")).toBe(true);
    expect(accepted).toBe(true);
    expect(reasons.filter((reason) => reason.includes(NOT_MEASURED))).toHaveLength(5);
  });
});
