/**
 * The gate before production: is the challenger proven, and better than what is there?
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";

/** The lines that a team draws; shares are fractions. */
export interface GateRule {
  /** How unlikely the gain must be by chance: the p-value that the Diebold–Mariano test has to stay below. */
  readonly alpha: number;
  /** By how much a protected slice may get worse. */
  readonly sliceMargin: number;
  /** Slices with fewer rows are not judged. */
  readonly sliceRows: number;
  /** How far the coverage of an interval may be from its level. */
  readonly coverageBand: number;
  /** By how much a simpler model may be better: less is a tie. */
  readonly simplerMargin: number;
}

/** Two models on the same rows. */
export interface Duel {
  /** The other one, for people: `version 2 (ensemble)`, `seasonal_naive`. */
  readonly against: string;
  /** The challenger's error in the deciding metric, less is better. */
  readonly challenger: number;
  /** The other model's error on the same rows. */
  readonly other: number;
  /** One-sided p-value that the challenger is better; null where the test cannot be made. */
  readonly pValue: number | null;
  /** What was compared: `4 windows, 168 days`. */
  readonly on: string;
}

/** A protected slice under both models. */
export interface SliceDuel {
  /** `store_type = a`. */
  readonly slice: string;
  /** How many rows the slice has, over all windows that were compared. */
  readonly rows: number;
  /** The challenger's error on the slice, in the deciding metric. */
  readonly challenger: number;
  /** The error of the champion, or of the naive model for a first one, on the same rows. */
  readonly other: number;
}

/** What the gate looks at. Undefined means that nobody measured it. */
export interface GateFacts {
  /** The metric that decides: `rmspe`. */
  readonly metric: string;
  /** The version in production, as judged on the challenger's windows; the first model has none. */
  readonly champion?: { readonly version: number; readonly duel?: Duel; readonly why?: string };
  /** The challenger against the naive baseline; what a first model has to beat. */
  readonly naive?: Duel;
  /** The best of the simple models; missing where the challenger is one of them, or none took part. */
  readonly simple?: Duel;
  /** Every model that is simpler than the challenger. */
  readonly simpler: readonly Duel[];
  /** Every group of the slices under both models; small ones are left out by {@linkcode GateRule.sliceRows}. */
  readonly slices: readonly SliceDuel[];
  /** Coverage by level, over so many windows (as many as needed, when it is not said). */
  readonly intervals?: readonly { readonly level: number; readonly held: number; readonly windows?: number }[];
  /** Whether every feature was proved leak free, and how many were checked. */
  readonly leak?: { readonly passed: boolean; readonly checked: number };
  /** How many suites of expectations ran on the data, and the critical expectations that were broken, in words. */
  readonly validation?: { readonly suites: number; readonly broken: readonly string[] };
  /** What the behaviour tests found. */
  readonly behaviour?: readonly Finding[];
}

/** The gate's judgement, with its reasons. */
export interface Decision {
  /** Whether the challenger may go into production: no check of severity `critical` failed. */
  readonly accepted: boolean;
  /** What the challenger was measured against. */
  readonly against: string;
  /** The version in production when it was judged; null for a first model. */
  readonly champion: number | null;
  /** One per check; what was not measured is a warning that did not pass. */
  readonly findings: readonly Finding[];
  /** Sentences for a person, what failed first. */
  readonly reasons: readonly string[];
}

/** What a finding says that nobody has measured. */
export const NOT_MEASURED = "not measured";

/** So many windows tell how many outcomes intervals hold; fewer can be off by chance. */
const TELLING_WINDOWS = 3;

/**
 * Judges a challenger: by the model in production, or as a first model by the naive forecast and the best simple model.
 *
 * It is refused when one check of severity `critical` failed. A check that was not measured is a warning.
 *
 * @param facts What was measured; errors in the deciding metric, less is better.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { decide } from "@/governance/mod.ts";
 *
 * const rule = { alpha: 0.05, sliceMargin: 0.1, sliceRows: 30, coverageBand: 0.1, simplerMargin: 0.01 };
 * const on = "2 windows, 84 days";
 * const decision = decide({
 *   metric: "rmspe",
 *   naive: { against: "seasonal_naive", challenger: 0.1, other: 0.2, pValue: 0.001, on },
 *   simpler: [],
 *   slices: [],
 *   leak: { passed: true, checked: 81 },
 * }, rule);
 * expect(decision.accepted).toBe(true);
 * expect(decision.findings.find(({ check }) => check === "intervals")?.observed).toBe("not measured");
 * ```
 */
export function decide(facts: GateFacts, rule: GateRule): Decision {
  const findings = [
    ...contestFindings(facts, rule),
    ...sliceFindings(facts, rule),
    ...simplerFindings(facts, rule),
    ...intervalFindings(facts, rule),
    ...proofFindings(facts),
  ];
  const failed = findings.filter(({ passed, severity }) => !passed && severity === "critical");
  const open = findings.filter(({ passed, severity }) => !passed && severity === "warning");
  const duel = facts.champion?.duel ?? facts.naive;
  const gain = duel === undefined ? [] : [
    `${facts.metric} ${number(duel.challenger)} against ${number(duel.other)} of ${duel.against} on ${duel.on}`,
  ];
  return {
    accepted: failed.length === 0,
    against: duel?.against ?? "nothing",
    champion: facts.champion?.version ?? null,
    findings,
    reasons: [...failed.map(sentence), ...gain, ...open.map(sentence)],
  };
}

function contestFindings({ metric, champion, naive, simple }: GateFacts, rule: GateRule): Finding[] {
  if (champion?.duel !== undefined) return duelFindings("better than the champion", champion.duel, metric, rule);
  // One that cannot be compared with the champion has to show at least what a first model shows.
  const open = champion === undefined ? [] : [finding("better than the champion", {
    passed: false,
    severity: "warning",
    observed: champion.why ?? NOT_MEASURED,
    wanted: `a lower ${metric} than version ${champion.version} on the same windows`,
  })];
  const first = naive === undefined
    ? [finding("better than naive", {
      passed: false,
      severity: "critical",
      observed: NOT_MEASURED,
      wanted: "a naive model on the same windows: let seasonal_naive compete",
    })]
    : duelFindings("better than naive", naive, metric, rule);
  const [better] = simple === undefined ? [] : duelFindings("better than the best simple model", simple, metric, rule);
  return [...open, ...first, ...(better === undefined ? [] : [better])];
}

/** Two findings: the errors themselves, and that the difference is more than chance. */
function duelFindings(check: string, { against, challenger, other, pValue, on }: Duel, metric: string, rule: GateRule) {
  return [
    finding(check, {
      passed: challenger < other,
      severity: "critical",
      observed: `${metric} ${number(challenger)} on ${on}`,
      wanted: `less than ${number(other)} of ${against}`,
    }),
    finding(`${check}: Diebold–Mariano`, {
      passed: pValue !== null && pValue < rule.alpha,
      severity: pValue === null ? "warning" : "critical",
      observed: pValue === null ? `${NOT_MEASURED}: too few dates` : `p = ${pValue.toPrecision(2)}`,
      wanted: `p < ${rule.alpha}`,
    }),
  ];
}

function sliceFindings(
  { slices, metric, champion, naive }: GateFacts,
  { sliceMargin, sliceRows }: GateRule,
): Finding[] {
  const judged = slices.filter(({ rows }) => rows >= sliceRows);
  const other = champion?.duel?.against ?? naive?.against ?? "the other model";
  if (judged.length === 0) {
    return [finding("protected slices", {
      passed: false,
      severity: "warning",
      observed: NOT_MEASURED,
      wanted: `no slice of ${sliceRows} rows or more worse by over ${percent(sliceMargin)}`,
    })];
  }
  return judged.map(({ slice, challenger, other: theirs, rows }) => ({
    check: "protected slices",
    slice,
    passed: challenger <= theirs * (1 + sliceMargin),
    severity: "critical" as const,
    observed: `${metric} ${number(challenger)} on ${rows} rows`,
    wanted: `at most ${percent(sliceMargin)} above ${number(theirs)} of ${other}`,
  }));
}

function simplerFindings({ simpler, metric }: GateFacts, { alpha, simplerMargin }: GateRule): Finding[] {
  const better = simpler.find(({ challenger, other, pValue }) =>
    other < challenger && (other < challenger * (1 - simplerMargin) || (pValue !== null && pValue > 1 - alpha))
  );
  return [finding("no simpler model is better", {
    passed: better === undefined,
    severity: "critical",
    observed: better === undefined
      ? simpler.length === 0 ? "there is no simpler model" : `none of ${simpler.length}`
      : `${better.against} has ${metric} ${number(better.other)} on ${better.on}`,
    wanted: `none below ${
      simpler[0] === undefined ? "it" : number(simpler[0].challenger)
    }: let the simpler one compete alone`,
  })];
}

function intervalFindings({ intervals }: GateFacts, { coverageBand }: GateRule): Finding[] {
  const wanted = (level: string) => `coverage within ${percent(coverageBand)} of ${level}`;
  if (intervals === undefined || intervals.length === 0) {
    const observed = NOT_MEASURED;
    return [finding("intervals", { passed: false, severity: "warning", observed, wanted: wanted("its level") })];
  }
  return intervals.map(({ level, held, windows = TELLING_WINDOWS }) => ({
    check: "intervals",
    slice: percent(level),
    // Rounded, so that a band of 0.1 takes in 0.8 − 0.7.
    passed: Math.round(1e9 * Math.abs(held - level)) <= Math.round(1e9 * coverageBand),
    severity: windows >= TELLING_WINDOWS ? "critical" as const : "warning" as const,
    observed: `${percent(held)}${windows < TELLING_WINDOWS ? ` of ${windows} windows, too few to tell` : ""}`,
    wanted: wanted(percent(level)),
  }));
}

function proofFindings({ leak, validation, behaviour }: GateFacts): Finding[] {
  const missing = (check: string, wanted: string) =>
    finding(check, { passed: false, severity: "warning", observed: NOT_MEASURED, wanted });
  const failed = (behaviour ?? []).filter(({ passed, severity }) => !passed && severity === "critical");
  return [
    leak === undefined ? missing("leak proof", "every feature proved leak free") : finding("leak proof", {
      passed: leak.passed && leak.checked > 0,
      severity: "critical",
      observed: `${leak.checked} features, ${leak.passed ? "none leaks" : "at least one leaks"}`,
      wanted: "every feature proved leak free",
    }),
    validation === undefined ? missing("data validation", "every suite kept") : finding("data validation", {
      passed: validation.broken.length === 0 && validation.suites > 0,
      severity: "critical",
      observed: validation.broken.length === 0 ? `${validation.suites} suites kept` : validation.broken.join("; "),
      wanted: "no critical expectation broken",
    }),
    behaviour === undefined || behaviour.length === 0
      ? missing("behaviour", "every behaviour test passed")
      : finding("behaviour", {
        passed: failed.length === 0,
        severity: "critical",
        observed: failed.length === 0
          ? `${behaviour.length} tests passed`
          : failed.map(({ check, observed }) => `${check}: ${observed}`).join("; "),
        wanted: "every behaviour test passed",
      }),
  ];
}

function finding(check: string, rest: Omit<Finding, "check">): Finding {
  return { check, ...rest };
}

function sentence({ check, slice, observed, wanted }: Finding): string {
  return `${check}${slice === undefined ? "" : ` (${slice})`}: ${observed}, wanted ${wanted}`;
}

/** Errors as people read them: four digits, whatever their unit. */
function number(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

function percent(share: number): string {
  return `${Math.round(1000 * share) / 10} %`;
}
