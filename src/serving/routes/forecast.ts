/**
 * Forecasts as they were made (GET), and as they would be under another plan (POST).
 *
 * @module
 */
import { answerPaths, noteServed, PREDICTION_SCHEMA, predictionOf } from "@/serving/answer.ts";
import { RequestError } from "@/serving/errors.ts";
import { beyondExperience, beyondSentences } from "@/serving/experience.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { overridden, toldOverride } from "@/serving/overrides.ts";
import { type Call, json, type Route, type Routes } from "@/serving/route.ts";
import { demandStep, knownColumns, knownSchema, namesOf, rowReader } from "@/serving/rows.ts";
import type { Changes, Known, ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";
import type { Override } from "@/serving/stores/forecast_store.ts";

/** `GET /forecast` and `POST /forecast` */
export const forecastRoutes: Routes = (services) => [storedRoute(services), plannedRoute(services)];

/** Refuses a plan that asks for what the series never lived through. */
function demandExperience(model: ServedModel, id: string, changes: Changes): void {
  const plan = model.plan(id).map((day, step) => ({ ...day, known: { ...day.known, ...changes.get(step) } }));
  const beyond = beyondExperience(model, id, changes, plan);
  if (beyond.length === 0) return;
  throw new RequestError(
    `Cannot tell what this plan sells, as it leaves what the model was trained on: ${
      beyondSentences(beyond, `series ${id}`).join("; ")
    }`,
    {
      kind: "outside-experience",
      title: "Nobody knows what this plan sells",
      errors: beyond.slice(0, 20).map(({ ds, column, why }) => ({ path: `/plan/${ds}/${column}`, message: why })),
    },
  );
}

const DAY = { type: "string", format: "date" } as const;

function storedRoute({ dataset, forecasts }: Services): Route {
  const { keys } = dataset.profile;
  return {
    method: "get",
    path: "/forecast",
    tag: "forecast",
    about: "Read the forecasts that `deno task forecast` made",
    details:
      "Name a series by `unique_id`, or by its parts. Each date has its newest forecast, with the model that made it.",
    query: {
      type: "object",
      properties: {
        unique_id: { type: "string", minLength: 1, maxLength: 200, description: "The series" },
        ...Object.fromEntries(
          keys.map((key) => [`${key}_id`, { type: "integer", minimum: 0, description: `The ${key}` }]),
        ),
        date: { ...DAY, description: "One date" },
        week: { ...DAY, description: "One date, in weekly data the day that names the week" },
        from: { ...DAY, description: "The first date" },
        to: { ...DAY, description: "The last date" },
        level: { type: "integer", minimum: 1, maximum: 99, description: "Only intervals of this level, in percent" },
        overrides: { type: "boolean", description: "Lay planners' overrides over the forecasts" },
      },
    },
    answers: {
      200: {
        about: "The forecasts, by date",
        schema: {
          type: "object",
          required: ["unique_id", "forecasts"],
          properties: {
            unique_id: { type: "string" },
            forecasts: {
              type: "array",
              items: {
                type: "object",
                required: ["ds", "prediction", "intervals", "model", "origin", "made_at"],
                properties: {
                  ds: DAY,
                  prediction: { type: "number" },
                  intervals: PREDICTION_SCHEMA.properties.intervals,
                  model: { type: "string" },
                  origin: DAY,
                  made_at: { type: "string" },
                  statistical: { type: "number", description: "Where a planner changed it: the forecast itself" },
                  override: { type: "object", description: "Where a planner changed it: who, why, since when" },
                },
              },
            },
          },
        },
      },
      404: problemOfKind("There are no forecasts of this series and these dates"),
    },
    async handle({ query }) {
      const parts = keys.map((key) => query[`${key}_id`]);
      if (query.unique_id === undefined && parts.some((part) => part === undefined)) {
        const names = keys.map((key) => `${key}_id`).join(" and ");
        throw new RequestError(`Cannot tell which series is meant: give unique_id, or ${names}`);
      }
      const uniqueId = query.unique_id ?? parts.map(Number).join("_");
      const one = query.date ?? query.week;
      const from = one ?? query.from, to = one ?? query.to;
      const found = await forecasts.forecasts({
        uniqueId,
        ...from !== undefined && { from },
        ...to !== undefined && { to },
      });
      if (found.length === 0) {
        throw new RequestError(
          "Cannot find forecasts of this series and these dates: `deno task forecast` makes them for every series",
          { status: 404, kind: "no-forecast", title: "There is no forecast" },
        );
      }
      const changed = query.overrides === "true" ? await overridesOf(forecasts, uniqueId) : new Map<string, Override>();
      return json({
        unique_id: uniqueId,
        forecasts: found.map(({ ds, yHat, intervals, model, origin, madeAt }) => ({
          ds,
          ...merged(yHat, changed.get(ds)),
          intervals: Object.fromEntries(
            Object.entries(intervals).filter(([level]) =>
              query.level === undefined || Number(query.level) === Number(level)
            )
              .map(([level, [lo, hi]]) => [level, { lo, hi }]),
          ),
          model,
          origin,
          made_at: madeAt,
        })),
      });
    },
  };
}

/** The overrides of a series that stand, by date. */
async function overridesOf(forecasts: Services["forecasts"], uniqueId: string): Promise<ReadonlyMap<string, Override>> {
  const found = await forecasts.overrides({ uniqueId });
  return new Map(found.filter(({ withdrawn }) => !withdrawn).map((one) => [one.ds, one]));
}

/** A forecast with the planner's change laid over it, where there is one; the forecast itself stays beside it. */
function merged(forecast: number, override: Override | undefined) {
  if (override === undefined) return { prediction: forecast };
  const { unique_id: _id, ds: _ds, statistical: _then, ...told } = toldOverride(override);
  return { prediction: overridden(forecast, override), statistical: forecast, override: told };
}

function plannedRoute({ dataset, models }: Services): Route {
  const { profile } = dataset, { keys } = namesOf(dataset), read = rowReader(dataset);
  const known = knownColumns(profile);
  const planDay = {
    type: "object",
    required: ["ds"],
    additionalProperties: false,
    properties: { ds: DAY, ...Object.fromEntries(known.map((name) => [name, knownSchema(profile, name)])) },
  };
  const body = {
    type: "object",
    additionalProperties: false,
    anyOf: [{ required: ["unique_id"] }, { required: keys.map(([raw]) => raw) }],
    properties: {
      unique_id: { type: "string", minLength: 1, maxLength: 200 },
      ...Object.fromEntries(keys.map(([raw]) => [raw, { type: "integer", minimum: 0, maximum: 2_147_483_647 }])),
      start: { ...DAY, description: "The first date; the first of the horizon by default" },
      horizon: {
        type: "integer",
        minimum: 1,
        maximum: 730,
        description: "Steps; to the end of the horizon by default",
      },
      plan: {
        type: "array",
        maxItems: 730,
        items: planDay,
        description: "What is planned differently, by date; dates and columns that are left out are as planned",
      },
      overrides: { type: "boolean", description: "Lay planners' overrides over the forecasts" },
      within_experience: {
        type: "boolean",
        description:
          "Refuse a plan that leaves what the model was trained on: an event on a weekday that never had it, " +
          "or longer than it ever lasted",
      },
    },
  };
  const daySchema = {
    type: "object",
    required: ["ds", "prediction", "usual", "intervals", "known", "assumed", "feature_hash"],
    properties: {
      ds: DAY,
      prediction: { type: "number" },
      usual: { type: "number", description: "The forecast under the usual plan" },
      intervals: PREDICTION_SCHEMA.properties.intervals,
      known: { type: "object", description: "The plan of the date" },
      assumed: { type: "boolean", description: "Nobody told the plan of this date: it is assumed to be as a year ago" },
      feature_hash: { type: "string" },
      statistical: { type: "number", description: "Where a planner changed it: the forecast itself" },
      override: { type: "object", description: "Where a planner changed it: who, why, since when" },
    },
  };
  return {
    method: "post",
    path: "/forecast",
    tag: "forecast",
    about: "Forecast a series under a plan: what if we run a promotion?",
    details:
      "The plan of the whole horizon is forecast together, so that a promotion on one date may move another date too.",
    body,
    answers: {
      200: {
        about: "A forecast for every date",
        schema: {
          type: "object",
          required: ["unique_id", "model", "origin", "days", "total", "usual_total"],
          properties: {
            unique_id: { type: "string" },
            model: PREDICTION_SCHEMA.properties.model,
            origin: DAY,
            days: { type: "array", items: daySchema },
            total: { type: "number" },
            usual_total: { type: "number" },
          },
        },
      },
      404: problemOfKind("There is no such series; names the nearest"),
    },
    handle: (call) => whatIf(call),
  };

  async function whatIf({ body, id: requestId, services }: Call): Promise<Response> {
    const started = performance.now();
    const { start, horizon, plan = [], overrides = false, within_experience: within = false, ...named } = body as {
      readonly within_experience?: boolean;
      readonly overrides?: boolean;
      readonly start?: string;
      readonly horizon?: number;
      readonly plan?: readonly ({ readonly ds: string } & Known)[];
    };
    const { id } = read({ ...named, ds: "" });
    const model = models.answerer(id), usualPlan = model.plan(id);
    const changes = new Map<number, Known>();
    for (const { ds, ...values } of plan) {
      const step = demandStep(model, ds);
      if (changes.has(step)) throw new RequestError(`Cannot plan ${ds} twice: say everything about a date at once`);
      changes.set(step, read({ unique_id: id, ds, ...values }).known);
    }
    if (within) demandExperience(model, id, changes);
    const first = start === undefined ? 0 : demandStep(model, start);
    const steps = Math.min(horizon ?? model.horizon, model.horizon - first);
    if (horizon !== undefined && horizon > steps) {
      throw new RequestError(`Cannot forecast ${horizon} steps as the horizon ends after ${steps}`, {
        kind: "outside-horizon",
        errors: [{ path: "/horizon", message: `must be <= ${steps}` }],
      });
    }
    const [[changed], [usual]] = await Promise.all([
      answerPaths(services, [{ id, changes }]),
      answerPaths(services, [{ id, changes: new Map() }]),
    ]);
    const { path } = changed!;
    const answers = Array.from(
      { length: steps },
      (_, k) => predictionOf(model, id, first + k, path.values[first + k]!, path.hashes[first + k]!, path.changes),
    );
    noteServed(
      { services, id: requestId, route: "/forecast", started },
      model,
      answers,
      () => JSON.stringify(Object.fromEntries(path.changes)),
    );
    const laidOver = overrides ? await overridesOf(services.forecasts, id) : new Map<string, Override>();
    const days = answers.map(({ ds, prediction, intervals, feature_hash }, k) => ({
      ds,
      ...merged(prediction, laidOver.get(ds)),
      usual: usual!.path.values[first + k]!,
      intervals,
      known: { ...usualPlan[first + k]!.known, ...changes.get(first + k) },
      assumed: usualPlan[first + k]!.assumed,
      feature_hash,
    }));
    const sum = (of: "prediction" | "usual") => days.reduce((total, day) => total + day[of], 0);
    return json({
      unique_id: id,
      model: { name: model.name, version: model.version },
      origin: model.origin,
      days,
      total: sum("prediction"),
      usual_total: sum("usual"),
    });
  }
}
