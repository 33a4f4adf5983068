/**
 * What a model is, as a document that travels with it.
 *
 * @module
 */
import type { CardSlice } from "@/charts/mod.ts";
import type { Reach } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Scores } from "@/core/metric.ts";
import type { Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { cardLimits, cardSlices } from "@/pipeline/card_limits.ts";
import type { Context } from "@/pipeline/context.ts";
import type { Evaluation, WindowScores } from "@/pipeline/evaluate.ts";
import type { PanelCard } from "@/pipeline/ingest.ts";
import type { LeakRecord } from "@/pipeline/leakcheck.ts";
import { contestant, ENSEMBLE, kindOf } from "@/pipeline/models.ts";
import type { Params } from "@/pipeline/params.ts";
import { revision } from "@/pipeline/revision.ts";
import type { Finding } from "@/core/check.ts";
import { seriesOf } from "@/pipeline/series.ts";
import { addSteps } from "@/pipeline/time.ts";
import { readValidation, type Validation } from "@/pipeline/validate.ts";

/** The version of the card's own layout. */
export const CARD_FORMAT = 1;

/** What a model was made from, what it can do, and how good it was. */
export interface ModelCard {
  readonly format: number;
  readonly dataset: string;
  readonly champion: string;
  readonly kind: string;
  readonly created: string;
  /** The first date that the model had not seen; forecasts start here. */
  readonly asOf: string;
  readonly horizon: number;
  readonly data: {
    readonly source: string;
    readonly fingerprint: string;
    readonly rows: number;
    readonly from: string;
  };
  readonly features: readonly { readonly name: string; readonly reach: Reach | null }[];
  /** Series ids in the order of their codes. */
  readonly series: readonly string[];
  /** The date of step 0 of the feature `t`. */
  readonly firstDate: string;
  /** Model → parameters, of the champion or of each member of it. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Model → its algorithm, of the same models; cards from before models could be named otherwise lack it. */
  readonly kinds?: Readonly<Record<string, string>>;
  readonly blend: Evaluation["blend"];
  readonly seed: number;
  readonly leak: { readonly passed: boolean; readonly checked: number };
  /** Errors of the evaluation fits, which had not seen the rows that they were scored on. */
  readonly evaluation: {
    readonly note: string;
    readonly metric: string;
    readonly baseline: string;
    readonly holdout: Evaluation["holdout"];
    readonly scores: Readonly<Record<string, Scores>>;
    readonly backtest: readonly WindowScores[];
    readonly reasons: readonly string[];
    readonly intervals: Evaluation["intervals"];
    /** Every model's losses per date and protected slice: what the gate compares versions by. */
    readonly losses: Evaluation["losses"];
    /** The champion's errors beside the baseline's by group; older cards lack it. */
    readonly slices?: readonly CardSlice[];
  };
  /** What the model cannot do, in sentences; older cards lack it. */
  readonly limits?: readonly string[];
  /** What the model does when it is asked what everybody knows; older cards lack it. */
  readonly behaviour?: readonly Finding[];
  /** What the data contracts said; null where they were not run. */
  readonly validation: Validation | null;
  /** The choices of the run, all of them: `reproduce` runs with the same. */
  readonly choices: Params;
  readonly code: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** Writes the card of a model that was refitted after its evaluation. */
export async function modelCard(context: Context, facts: {
  readonly panel: Panel;
  readonly panelCard: PanelCard;
  readonly features: FeatureTable["features"];
  readonly evaluation: Evaluation;
  readonly leak: LeakRecord;
  readonly model: Model;
}): Promise<ModelCard> {
  const { profile, choices, params, project, now } = context;
  const { panel, panelCard, features, evaluation, leak, model } = facts;
  const { champion, baseline, blend, metric, holdout, scores, backtest, reasons, losses, intervals } = evaluation;
  const series = seriesOf(panel), slices = cardSlices(losses, { champion, baseline, metric });
  const names = champion === ENSEMBLE && blend !== null ? Object.keys(blend.weights) : [champion];
  return {
    format: CARD_FORMAT,
    dataset: profile.name,
    champion,
    kind: model.kind,
    created: now().toString(),
    asOf: panel.asOf,
    horizon: profile.horizon,
    data: {
      source: panelCard.source,
      fingerprint: panelCard.fingerprint,
      rows: panelCard.rows,
      from: panelCard.firstDate,
    },
    features: features.map(({ name, reach }) => ({ name, reach: reach === Infinity ? null : reach })),
    series,
    firstDate: panelCard.firstDate,
    params: Object.fromEntries(
      names.map((name) => [name, contestant(name, profile, choices, params, { offsets: true }).params]),
    ),
    kinds: Object.fromEntries(names.map((name) => [name, kindOf(name, choices)])),
    blend: champion === ENSEMBLE ? blend : null,
    seed: params.seed,
    leak: { passed: leak.passed, checked: leak.checked },
    evaluation: {
      note:
        `These errors are those of models fitted before ${holdout.from} (holdout) and before each origin (backtest). ` +
        `The registered model was then fitted on everything before ${panel.asOf}, the holdout included.`,
      metric,
      baseline,
      holdout,
      scores,
      backtest,
      reasons,
      intervals,
      losses,
      slices,
    },
    limits: cardLimits(profile, {
      horizon: profile.horizon,
      series: series.length,
      from: panelCard.firstDate,
      to: addSteps(panel.asOf, -1, profile.frequency),
      source: panelCard.source,
      baseline,
      slices,
    }),
    validation: await readValidation(context),
    choices: params,
    code: await revision(project),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8 },
  };
}
