/**
 * From planned rows to answers: the one way that all routes take, so that they all log, count and compare alike.
 *
 * @module
 */
import type { Changes, Interval, Known, Path, Recalled, ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";
import type { ServedPrediction } from "@/serving/stores/forecast_store.ts";

/** One forecast, as the API tells it. */
export interface Prediction {
  readonly unique_id: string;
  readonly ds: string;
  readonly prediction: number;
  /** Level in percent → interval. */
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly model: { readonly name: string; readonly version: string };
  readonly feature_hash: string;
}

/** The JSON Schema of a prediction. */
export const PREDICTION_SCHEMA = {
  type: "object",
  required: ["unique_id", "ds", "prediction", "intervals", "model", "feature_hash"],
  properties: {
    unique_id: { type: "string" },
    ds: { type: "string", format: "date" },
    prediction: { type: "number" },
    intervals: {
      type: "object",
      description: "Level in percent → the interval that holds so many outcomes of a hundred",
      additionalProperties: {
        type: "object",
        required: ["lo", "hi"],
        properties: { lo: { type: "number" }, hi: { type: "number" } },
      },
    },
    model: {
      type: "object",
      required: ["name", "version"],
      properties: { name: { type: "string" }, version: { type: "string" } },
    },
    feature_hash: { type: "string", pattern: "^[0-9a-f]{16}$", description: "Of the features it was computed from" },
  },
} as const;

const UNCHANGED: Changes = new Map();

/** What the log needs to know of a request. */
export interface Origin {
  readonly services: Services;
  readonly id: string;
  readonly route: string;
  readonly started: number;
}

/** One row, and what is planned for it. */
interface AskedRow {
  readonly id: string;
  readonly step: number;
  readonly known: Known;
}

/** Forecasts one row with the model that answers for it: at once where the forecast is at hand. */
export function answerOne(origin: Origin, model: ServedModel, row: AskedRow): Prediction | Promise<Prediction> {
  const recalled = model.recall(row.id, row.step, row.known);
  return recalled === undefined ? forecastOne(origin, model, row) : tellOne(origin, model, row, recalled);
}

async function forecastOne(origin: Origin, model: ServedModel, row: AskedRow): Promise<Prediction> {
  const { id, step, known } = row, asks = [{ id, changes: new Map([[step, known]]), only: step }];
  const [path] = await origin.services.models.using(model, (one) => one.forecast(asks));
  const { values, hashes, changes } = path!;
  return tellOne(origin, model, row, { value: values[step]!, hash: hashes[step]!, asPlanned: changes.size === 0 });
}

function tellOne(origin: Origin, model: ServedModel, { id, step, known }: AskedRow, recalled: Recalled): Prediction {
  const { value, hash, asPlanned } = recalled;
  const changes: Changes = asPlanned ? UNCHANGED : new Map([[step, known]]);
  const answer = predictionOf(model, id, step, value, hash, changes);
  noteServed(origin, model, [answer], () => `{"${step}":${JSON.stringify(known)}}`);
  compareWithShadow(origin.services, id, step, changes, value);
  return answer;
}

/** Forecasts series under plans: paths of the whole horizon, each with the model that answered. */
export async function answerPaths(
  services: Services,
  asks: readonly { readonly id: string; readonly changes: Changes }[],
): Promise<readonly { readonly model: ServedModel; readonly path: Path }[]> {
  const byModel = Map.groupBy(asks.map((ask, at) => ({ ask, at })), ({ ask }) => services.models.answerer(ask.id));
  const answers: { readonly model: ServedModel; readonly path: Path }[] = [];
  await Promise.all(Array.from(byModel, async ([model, part]) => {
    const paths = await services.models.using(model, (one) => one.forecast(part.map(({ ask }) => ask)));
    part.forEach(({ at }, k) => answers[at] = { model, path: paths[k]! });
  }));
  return answers;
}

/** A forecast that was made under a plan, with its intervals. */
export function predictionOf(
  model: ServedModel,
  id: string,
  step: number,
  value: number,
  hash: string,
  changes: Changes,
): Prediction {
  const { name, version } = model;
  return {
    unique_id: id,
    ds: model.dateOf(step),
    prediction: value,
    intervals: model.intervals(id, step, value, changes),
    model: { name, version },
    feature_hash: hash,
  };
}

let latest = { milliseconds: NaN, text: "" };

/** A time as ISO 8601; many requests come within a millisecond. */
function timeText(milliseconds: number): string {
  if (milliseconds !== latest.milliseconds) {
    latest = { milliseconds, text: new Date(milliseconds).toISOString() };
  }
  return latest.text;
}

/** Counts served predictions and appends them to the log. */
export function noteServed(
  { services, id: requestId, route, started }: Origin,
  model: ServedModel,
  answers: readonly Prediction[],
  changes: (answer: Prediction) => string,
): void {
  const { metrics, served, now } = services;
  metrics.predictions.inc({ route, version: model.version }, answers.length);
  const at = timeText(now().epochMilliseconds), ms = performance.now() - started;
  const name = `${model.name}/${model.version}`;
  served.add(answers.map((answer): ServedPrediction => ({
    at,
    requestId,
    route,
    model: name,
    uniqueId: answer.unique_id,
    ds: answer.ds,
    yHat: answer.prediction,
    hash: answer.feature_hash,
    changes: changes(answer),
    origin: model.origin,
    ms,
  })));
}

/** Lets the shadow forecast the same, after the answer is given. */
function compareWithShadow(
  { models, log }: Services,
  id: string,
  step: number,
  changes: Changes,
  answered: number,
): void {
  const { shadow } = models;
  if (shadow === undefined) return;
  models.using(shadow, (one) => one.forecast([{ id, changes, only: step }])).then(
    ([path]) => models.noteShadow(answered, path!.values[step]),
    (error) => {
      models.noteShadow(answered, undefined);
      log.debug("shadow failed", { why: (error as Error).message });
    },
  );
}
