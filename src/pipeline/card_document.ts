/**
 * A model's card as a page, with what became of the model since it was registered.
 *
 * @module
 */
import { type CardInterval, type CardPage, cardPage, modelName } from "@/charts/mod.ts";
import type { MetricName } from "@/core/metric.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import type { Decision, Signed } from "@/governance/mod.ts";
import { decisionRows, findingRows } from "@/pipeline/decision_rows.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";

/** The card's page, beside `card.json` in a run's artifacts and in a deployed bundle. */
export const CARD_PAGE = "card.html";

/** What became of a model after its registration. */
export interface CardStory {
  readonly name: string;
  readonly version?: number;
  readonly decision?: Decision;
  readonly approvals?: readonly Signed[];
}

/** Writes a model's card as an HTML page; the same card and story always give the same bytes. */
export function cardDocument(card: ModelCard, profile: DatasetProfile, story: CardStory): string {
  const { evaluation } = card, { decision, approvals = [] } = story;
  const page: CardPage = {
    name: story.name,
    ...(story.version === undefined ? {} : { version: story.version }),
    dataset: card.dataset,
    champion: card.champion,
    frequency: profile.frequency,
    horizon: card.horizon,
    asOf: card.asOf,
    metric: evaluation.metric as MetricName,
    baseline: evaluation.baseline,
    holdout: evaluation.holdout,
    scores: evaluation.scores,
    backtest: evaluation.backtest,
    slices: evaluation.slices ?? [],
    intervals: intervalsOf(card),
    ...(card.behaviour === undefined ? {} : { behaviour: findingRows(card.behaviour) }),
    features: card.features,
    facts: factsOf(card),
    limits: card.limits ?? [],
    ...(decision === undefined ? {} : {
      decision: { accepted: decision.accepted, against: decision.against, table: decisionRows(decision) },
    }),
    approvals: approvals.map(({ statement: { user, time }, signature }) => ({
      user,
      time,
      how: signature === null ? "by name, without a signature" : "signed",
    })),
  };
  return cardPage(page);
}

/** Coverage by level; empty where no interval was learnt. */
function intervalsOf({ evaluation: { intervals } }: ModelCard): CardInterval[] {
  const own = intervals?.methods.find(({ method }) => method === "conformal");
  const levels = (own?.backtest ?? own?.holdout)?.levels ?? [];
  return levels.map(({ level }, k) => ({
    level,
    backtest: own?.backtest?.levels[k]?.held ?? null,
    holdout: own?.holdout?.levels[k]?.held ?? null,
  }));
}

function factsOf(card: ModelCard): Record<string, string> {
  const { data, code, leak, validation, evaluation } = card;
  const commit = code["mlflow.source.git.commit"];
  return {
    data: `${data.source}: ${data.rows.toLocaleString("en")} rows of ${card.series.length.toLocaleString("en")} series`,
    "learnt from": `${data.from} to the day before ${card.asOf}`,
    "data fingerprint": data.fingerprint,
    "how to read the errors": evaluation.note,
    models: Object.entries(card.params).map(([name]) => withWeight(name, card)).join(", "),
    "leak proof": `${leak.checked} features, ${leak.passed ? "none leaks" : "at least one leaks"}`,
    "data contracts": validation === null
      ? "not checked"
      : `${validation.suites} suites, ${validation.expectations} expectations, ${validation.broken.length} broken`,
    seed: String(card.seed),
    code: commit === undefined
      ? "not a git checkout"
      : `${commit}${code["shelfcast.dirty"] === "true" ? ", with changes that were not committed" : ""}`,
    made: `${card.created.slice(0, 19).replace("T", " ")} UTC, with Deno ${card.versions["deno"]}`,
  };
}

function withWeight(name: string, { blend }: ModelCard): string {
  const weight = blend?.weights[name];
  return weight === undefined ? modelName(name) : `${modelName(name)} ${Math.round(100 * weight)} %`;
}
