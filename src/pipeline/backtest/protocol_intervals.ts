/**
 * How the intervals of the protocol's champion fared, every window judged by what the windows before it taught.
 *
 * @module
 */
import type { DataFrame } from "nodejs-polars";
import type { DatasetProfile } from "@/core/panel.ts";
import type { LevelScores, Window } from "@/evaluation/mod.ts";
import {
  COVERAGE_BARS,
  intervalShape,
  type IntervalStudy,
  intervalWindow,
  studyIntervals,
  toldIntervals,
} from "@/pipeline/intervals.ts";

/** Coverage of one level beside its price; widths and Winkler scores are in units of y. */
export interface ProtocolLevel {
  readonly level: number;
  readonly held: number;
  readonly winkler: number;
  readonly naiveHeld: number;
  readonly naiveWinkler: number;
}

/** What a record says of intervals; means over windows. */
export interface ProtocolIntervals {
  readonly model: string;
  /** `6 backtest windows`; those that no earlier window could teach are not among them. */
  readonly on: string;
  readonly levels: readonly ProtocolLevel[];
  readonly crps: number | null;
  readonly naiveCrps: number | null;
  /** Conformalised quantile models (CQR), where a run has them; missing from older records. */
  readonly cqr?: { readonly levels: readonly LevelScores[]; readonly crps: number } | null;
  /** Share held of the 80 % interval per origin. */
  readonly byOrigin: Readonly<Record<string, number>>;
  /** On the holdout, the 80 % interval; null when it was not forecast. */
  readonly holdout: number | null;
  /** Coverage of the 80 % interval in slices of enough rows; `windows` met them. */
  readonly slices: readonly {
    readonly slice: string;
    readonly group: string;
    readonly rows: number;
    readonly windows: number;
    readonly held: number;
  }[];
}

/**
 * Judges the champion's intervals over all windows of a protocol.
 *
 * @param frames One per window, oldest first, with the champion's column and the baseline's.
 */
export function protocolIntervals(
  frames: readonly (readonly [Window, DataFrame])[],
  { model, baseline, profile, holdout, judged }: {
    readonly model: string;
    readonly baseline: string;
    readonly profile: DatasetProfile;
    /** The origin of the holdout. */
    readonly holdout: string;
    /** Origins that are judged; the others only teach. */
    readonly judged: readonly string[];
  },
): ProtocolIntervals | null {
  const windows = frames.map(([window, frame]) => intervalWindow(frame, window, { model, baseline, profile }));
  const study = studyIntervals(windows, {
    model,
    holdout,
    shape: intervalShape(profile, profile),
    judged: (origin) => origin === holdout || judged.includes(origin),
  });
  return study === null ? null : summary(study);
}

/** A study in the few numbers that records and documents keep. */
export function summary(study: IntervalStudy): ProtocolIntervals {
  const { own, naive, on } = toldIntervals(study), { level: told, sliceRows } = COVERAGE_BARS;
  const of = (name: string) => study.methods.find(({ method }) => method === name)!;
  const conformal = of("conformal"),
    held = ({ levels }: (typeof conformal.windows)[number]) => levels.find(({ level }) => level === told)!.held;
  return {
    model: study.model,
    on,
    levels: own.map(({ level, held, winkler }, k) => ({
      level,
      held,
      winkler,
      naiveHeld: naive[k]!.held,
      naiveWinkler: naive[k]!.winkler,
    })),
    crps: conformal.backtest?.crps ?? null,
    naiveCrps: of("naive").backtest?.crps ?? null,
    cqr: study.methods.find(({ method }) => method === "quantile")?.backtest ?? null,
    byOrigin: Object.fromEntries(conformal.windows.map((window) => [window.origin, held(window)])),
    holdout: conformal.holdout === null ? null : held(conformal.holdout),
    slices: study.slices.filter(({ rows }) => rows >= sliceRows),
  };
}
