/**
 * Error before truth: how large errors of forecasts will be whose days are not over yet.
 *
 * Direct loss estimation: rolling origins tell what error such a forecast usually has (which series, how far ahead, what
 * kind of day), and how much of a recent excess lives on at each distance: in the same forecast, and in those made after
 * it. All of it is learnt, nothing is assumed.
 *
 * @module
 */

/** One forecast of the past, its loss known. */
export interface KnownLoss {
  /** The series that was forecast. */
  readonly uniqueId: string;
  /** The origin of the forecast, `YYYY-MM-DD`. */
  readonly origin: string;
  /** 1 for the first step. */
  readonly step: number;
  /** Absolute percentage error, as a share. */
  readonly loss: number;
  /** Column → what kind of day or series it is: `promo` → `1`. */
  readonly groups: Readonly<Record<string, string>>;
}

/** A forecast whose loss is asked for. */
export interface OpenForecast extends Pick<KnownLoss, "uniqueId" | "step" | "groups"> {
  /** Steps since the last one that is known, where some steps of this forecast are; left out where none is. */
  readonly after?: number;
}

/** What was learnt; plain JSON. */
export interface LossEstimate {
  /** The mean loss over all rows, as a share. */
  readonly mean: number;
  /** The farthest step ahead that was learnt from. */
  readonly horizon: number;
  /** Column → level → factor. The series, and bands of the horizon, are columns too. */
  readonly factors: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Band of the horizon → the share of a series' recent excess that is still there, 0 to 1. */
  readonly carry: Readonly<Record<string, number>>;
  /** The same of an excess of the forecast's own first steps, by the steps since then: the model is the same one. */
  readonly lasting: Readonly<Record<string, number>>;
}

/** Levels with few rows stay near 1: this many rows count as much as all that was known before. */
const SHRINK = 20, ROUNDS = 4;
/** Steps of a band of the horizon, and of what counts as recent. */
export const BAND_STEPS = 7;
const SERIES = "unique_id", AHEAD = "horizon";

/**
 * Learns from rolling origins, three of them at least for what lasts: the last week of one tells what is recent for the next.
 *
 * @throws {RangeError} If there is no row with a loss.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { estimateLoss, lossEstimate } from "@/evaluation/mod.ts";
 *
 * const rows = ["2015-05-01", "2015-06-01"].flatMap((origin) =>
 *   Array.from({ length: 400 }, (_, i) => {
 *     const step = i % 14 + 1, promo = String(i % 3 === 0 ? 1 : 0);
 *     return { uniqueId: String(i % 10), origin, step, loss: promo === "1" ? 0.2 : 0.1, groups: { promo } };
 *   })
 * );
 * const estimate = lossEstimate(rows), ahead = { uniqueId: "3", step: 9 };
 * const [quiet, promoted] = estimateLoss(estimate, ["0", "1"].map((promo) => ({ ...ahead, groups: { promo } })));
 * expect(promoted! / quiet!).toBeGreaterThan(1.8);
 * ```
 */
export function lossEstimate(rows: readonly KnownLoss[]): LossEstimate {
  const known = rows.filter(({ loss }) => Number.isFinite(loss));
  if (known.length === 0) throw new RangeError("Cannot learn how large errors are as no row has one");
  const before = usualBefore(known);
  return { ...usualLoss(known), carry: carryOf(known, before), lasting: lastingOf(known, before) };
}

/** The losses of some rows, what would be usual of them but for one column, and how many they are. */
interface LossSum {
  readonly loss: number;
  readonly usual: number;
  readonly rows: number;
}

/**
 * The factor of each level of a column, from its sums origin by origin.
 *
 * Rows of an origin are bad together, so that origins count and not rows: a factor is believed as far as levels differ more
 * from each other than each from itself, origin by origin (random effects; DerSimonian and Laird 1986). Few rows, or one
 * origin alone, stay near what is usual.
 */
function levelFactors(sums: readonly (readonly LossSum[])[]): number[] {
  const levels = sums.map((byOrigin) => {
    const parts = byOrigin.filter(({ usual }) => usual > 0), all = parts.reduce(added, NOTHING);
    return { ...all, ratio: all.usual > 0 ? all.loss / all.usual : 1, parts };
  });
  const all = levels.reduce(added, NOTHING), middle = all.usual > 0 ? all.loss / all.usual : 1;
  const spare = levels.reduce((sum, { parts }) => sum + Math.max(0, parts.length - 1), 0);
  const within = levels.reduce(
    (sum, { parts, ratio }) => sum + parts.reduce((own, { loss, usual }) => own + (loss / usual - ratio) ** 2, 0),
    0,
  ) / Math.max(1, spare);
  const seen = levels.filter(({ parts }) => parts.length > 0);
  const apart = seen.reduce((sum, { ratio }) => sum + (ratio - middle) ** 2, 0) / Math.max(1, seen.length - 1);
  const byChance = within * seen.reduce((sum, { parts }) => sum + 1 / parts.length, 0) / Math.max(1, seen.length);
  const between = Math.max(0, apart - byChance);
  return levels.map(({ ratio, rows, parts }) => {
    const noise = spare === 0 ? 0 : within / Math.max(1, parts.length);
    const believed = between + noise > 0 ? between / (between + noise) : 1;
    return middle + believed * rows / (rows + SHRINK) * (ratio - middle);
  });
}

const NOTHING: LossSum = { loss: 0, usual: 0, rows: 0 };
const added = (a: LossSum, b: LossSum): LossSum => ({
  loss: a.loss + b.loss,
  usual: a.usual + b.usual,
  rows: a.rows + b.rows,
});

/** What losses usually are, whatever was unusual lately. */
function usualLoss(known: readonly KnownLoss[]): Omit<LossEstimate, "carry" | "lasting"> {
  const mean = known.reduce((sum, { loss }) => sum + loss, 0) / known.length;
  const columns = [SERIES, AHEAD, ...Object.keys(known[0]!.groups)];
  const levels = columns.map((column) => coded(known, (row) => levelOf(row, column)));
  const origins = coded(known, ({ origin }) => origin), count = origins.names.length;
  const factors = levels.map(({ names }) => Array<number>(names.length).fill(1));
  const expected = new Float64Array(known.length).fill(mean);
  // Backfitting: each column's factors are learnt on what the others leave, a few times over.
  for (let round = 0; round < ROUNDS; round++) {
    levels.forEach(({ names, codes }, k) => {
      const own = factors[k]!, sums = new Float64Array(3 * names.length * count);
      known.forEach(({ loss }, i) => {
        const level = codes[i]!, at = 3 * (level * count + origins.codes[i]!);
        sums[at] = sums[at]! + loss;
        sums[at + 1] = sums[at + 1]! + expected[i]! / own[level]!;
        sums[at + 2] = sums[at + 2]! + 1;
      });
      const sumAt = (at: number): LossSum => ({ loss: sums[at]!, usual: sums[at + 1]!, rows: sums[at + 2]! });
      const learnt = levelFactors(
        names.map((_, level) => Array.from({ length: count }, (_, origin) => sumAt(3 * (level * count + origin)))),
      );
      for (let i = 0; i < expected.length; i++) expected[i] = expected[i]! / own[codes[i]!]! * learnt[codes[i]!]!;
      factors[k] = learnt;
    });
  }
  const named = columns.map((column, k) => {
    return [column, Object.fromEntries(levels[k]!.names.map((name, level) => [name, factors[k]![level]!]))] as const;
  });
  return {
    mean,
    horizon: known.reduce((most, { step }) => Math.max(most, step), 0),
    factors: Object.fromEntries(named),
  };
}

/** Texts as codes, 0 for the first: sums are made over and over. */
function coded<Row>(rows: readonly Row[], textOf: (row: Row) => string) {
  const known = new Map<string, number>();
  const codes = Int32Array.from(rows, (row) => {
    const text = textOf(row), code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
  return { names: [...known.keys()], codes };
}

/**
 * The loss to expect of each row.
 *
 * @param recent Series → its error over the newest known steps as a multiple of what was expected of them: see {@linkcode recentExcess}.
 */
export function estimateLoss(
  { mean, factors, carry, lasting }: LossEstimate,
  rows: readonly OpenForecast[],
  recent: ReadonlyMap<string, number> = new Map(),
): Float64Array {
  return Float64Array.from(rows, (row) => {
    let value = mean;
    for (const column in factors) value *= factors[column]![levelOf(row, column)] ?? 1;
    const excess = (recent.get(row.uniqueId) ?? 1) - 1;
    const left = row.after === undefined ? carry[bandOf(row.step)] : lasting[bandOf(row.after)];
    return Math.max(0, value * (1 + (left ?? 0) * excess));
  });
}

/**
 * Series → how large its newest known errors are, as a multiple of what was expected; drawn towards that of all series.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lossEstimate, recentExcess } from "@/evaluation/mod.ts";
 *
 * const rows = Array.from({ length: 400 }, (_, i) => {
 *   return { uniqueId: String(i % 10), origin: "2015-05-01", step: i % 14 + 1, loss: 0.1, groups: {} };
 * });
 * const worse = rows.slice(0, 100).map((row) => ({ ...row, loss: row.uniqueId === "3" ? 0.3 : 0.1 }));
 * const excess = recentExcess(lossEstimate(rows), worse);
 * expect(excess.get("3")!).toBeGreaterThan(excess.get("4")!);
 * ```
 */
export function recentExcess(
  estimate: LossEstimate,
  rows: readonly (OpenForecast & Pick<KnownLoss, "loss">)[],
): Map<string, number> {
  return excessOf(rows, estimateLoss(estimate, rows));
}

/**
 * How unusual the newest {@linkcode BAND_STEPS} steps of an origin were, series by series: see {@linkcode recentExcess}.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lastExcess, lossEstimate } from "@/evaluation/mod.ts";
 *
 * const rows = Array.from({ length: 140 }, (_, i) => {
 *   return { uniqueId: String(i % 10), origin: "2015-05-01", step: Math.floor(i / 10) + 1, loss: 0.1, groups: {} };
 * });
 * const worse = rows.map((row) => row.uniqueId === "3" && row.step > 7 ? { ...row, loss: 0.3 } : row);
 * const excess = lastExcess(lossEstimate(rows), worse);
 * expect(excess.get("3")!).toBeGreaterThan(excess.get("4")!);
 * ```
 */
export function lastExcess(estimate: LossEstimate, origin: readonly KnownLoss[]): Map<string, number> {
  const end = origin.reduce((most, { step }) => Math.max(most, step), 0);
  return recentExcess(estimate, origin.filter(({ step }) => step > end - BAND_STEPS));
}

function excessOf(rows: readonly Pick<KnownLoss, "uniqueId" | "loss">[], expected: Float64Array): Map<string, number> {
  const sums = new Map<string, [loss: number, expected: number, rows: number]>();
  let [loss, usual] = [0, 0];
  rows.forEach((row, i) => {
    if (!Number.isFinite(row.loss)) return;
    const sum = sums.get(row.uniqueId) ?? [0, 0, 0];
    sums.set(row.uniqueId, [sum[0] + row.loss, sum[1] + expected[i]!, sum[2] + 1]);
    loss += row.loss;
    usual += expected[i]!;
  });
  const all = usual > 0 ? loss / usual : 1;
  return new Map([...sums].map(([id, [own, wanted, count]]) => {
    const pull = wanted / count * BAND_STEPS;
    return [id, wanted > 0 ? (own + all * pull) / (wanted + pull) : all];
  }));
}

/**
 * Regresses what was left of a series' excess in an origin's bands on the excess at the end of the origin before. What is
 * usual was learnt on origins before both: otherwise it would have swallowed the excess that it is to be told from.
 */
function carryOf(rows: readonly KnownLoss[], usualAt: UsualAt): Record<string, number> {
  const byOrigin = Map.groupBy(rows, ({ origin }) => origin), origins = [...byOrigin.keys()].sort();
  const sums: Sums = {};
  for (let at = 2; at < origins.length; at++) {
    const usual = usualAt(origins[at - 1]!);
    const recent = lastExcess(usual, byOrigin.get(origins[at - 1]!)!);
    const now = byOrigin.get(origins[at]!)!, expected = estimateLoss(usual, now);
    addLeft(sums, recent, now.map((row, i) => ({ ...row, band: bandOf(row.step), expected: expected[i]! })));
  }
  return sharesOf(sums);
}

/** The same within an origin: what was left in its later weeks of the excess of each of its weeks. */
function lastingOf(rows: readonly KnownLoss[], usualAt: UsualAt): Record<string, number> {
  const byOrigin = Map.groupBy(rows, ({ origin }) => origin), origins = [...byOrigin.keys()].sort();
  const sums: Sums = {};
  for (const origin of origins.slice(1)) {
    const usual = usualAt(origin), own = byOrigin.get(origin)!, expected = estimateLoss(usual, own);
    const end = own.reduce((most, { step }) => Math.max(most, step), 0);
    for (let now = BAND_STEPS; now < end; now += BAND_STEPS) {
      const [known, ahead] = [
        own.keys().filter((i) => isKnown(own[i]!, now)),
        own.keys().filter((i) => own[i]!.step > now),
      ]
        .map((at) => [...at]) as [number[], number[]];
      const recent = excessOf(known.map((i) => own[i]!), Float64Array.from(known, (i) => expected[i]!));
      addLeft(
        sums,
        recent,
        ahead.map((i) => ({ ...own[i]!, band: bandOf(own[i]!.step - now), expected: expected[i]! })),
      );
    }
  }
  return sharesOf(sums);
}

const isKnown = ({ step }: KnownLoss, now: number): boolean => step <= now && step > now - BAND_STEPS;

/** Band → what a regression through zero is made of. */
type Sums = Record<string, [xy: number, xx: number]>;

/** Origin → what the origins before it taught of what is usual. */
type UsualAt = (origin: string) => LossEstimate;

function usualBefore(rows: readonly KnownLoss[]): UsualAt {
  const known = new Map<string, LossEstimate>();
  return (before) => {
    const own = known.get(before) ??
      { ...usualLoss(rows.filter(({ origin }) => origin < before)), carry: {}, lasting: {} };
    known.set(before, own);
    return own;
  };
}

/** Adds each series' excess in each band beside what was recent of it. */
function addLeft(
  sums: Sums,
  recent: ReadonlyMap<string, number>,
  ahead: readonly (Pick<KnownLoss, "uniqueId" | "loss"> & { readonly band: string; readonly expected: number })[],
): void {
  for (const [id, rows] of Map.groupBy(ahead, ({ uniqueId }) => uniqueId)) {
    const excess = recent.get(id);
    if (excess === undefined) continue;
    for (const [band, own] of Map.groupBy(rows, ({ band }) => band)) {
      const wanted = own.reduce((sum, { expected }) => sum + expected, 0);
      if (!(wanted > 0)) continue;
      const left = own.reduce((sum, { loss }) => sum + loss, 0) / wanted - 1, sum = sums[band] ??= [0, 0];
      sum[0] += (excess - 1) * left;
      sum[1] += (excess - 1) ** 2;
    }
  }
}

function sharesOf(sums: Sums): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sums).map(([band, [xy, xx]]) => [band, xx > 0 ? Math.min(1, Math.max(0, xy / xx)) : 0]),
  );
}

/**
 * The band of the horizon that a step ahead (1, 2, …) is in, from 0.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { bandAt } from "@/evaluation/mod.ts";
 *
 * expect([1, 7, 8].map(bandAt)).toEqual([0, 0, 1]);
 * ```
 */
export const bandAt = (step: number): number => Math.floor((step - 1) / BAND_STEPS);

const bandOf = (step: number): string => String(bandAt(step));

function levelOf({ uniqueId, step, groups }: OpenForecast, column: string): string {
  return column === SERIES ? uniqueId : column === AHEAD ? bandOf(step) : groups[column] ?? "";
}
