/**
 * What answers: its version, how good it was on what, who approved it, what it was made from.
 *
 * @module
 */
import { json, type Routes } from "@/serving/route.ts";

/** `GET /model_info` */
export const modelInfoRoutes: Routes = ({ models, now }) => [{
  method: "get",
  path: "/model_info",
  tag: "model",
  about: "Tell what model answers, how good it was, and who approved it",
  answers: {
    200: {
      about: "The model that answers",
      schema: {
        type: "object",
        required: ["name", "version", "stage", "horizon", "origin", "metrics", "features", "approvals", "data"],
        properties: {
          name: { type: "string" },
          version: { type: "string" },
          stage: { type: "string" },
          source: { type: "string" },
          champion: { type: "string" },
          origin: { type: "string", format: "date", description: "The first date that is forecast" },
          last: { type: "string", format: "date" },
          horizon: { type: "integer" },
          created: { type: "string" },
          age_days: { type: "number" },
          series: { type: "integer" },
          levels: { type: "array", items: { type: "number" } },
          metrics: {
            type: "object",
            description: "Errors of the evaluation, with the split that they were measured on",
            properties: {
              metric: { type: "string" },
              baseline: { type: "string" },
              holdout: { type: "object" },
              scores: { type: "object" },
            },
          },
          features: { type: "array", items: { type: "object" } },
          approvals: { type: "array", items: { type: "object" } },
          data: { type: "object", description: "The fingerprint of what it was made from" },
          shadow: { type: "object", description: "How far the shadow's answers are from those that were given" },
          canary: { type: "object" },
          swaps: { type: "array", items: { type: "object" } },
        },
      },
    },
  },
  handle() {
    const model = models.answerer(), { card } = model;
    const { metric, baseline, holdout, scores, note } = card.evaluation;
    const created = Temporal.Instant.from(card.created);
    return json({
      name: model.name,
      version: model.version,
      stage: model.stage,
      source: model.source,
      champion: card.champion,
      origin: model.origin,
      last: model.dateOf(model.horizon - 1),
      horizon: model.horizon,
      created: card.created,
      age_days: Number((now().since(created).total("hours") / 24).toFixed(2)),
      series: model.series.length,
      levels: model.levels,
      metrics: { metric, baseline, holdout, scores, note },
      features: card.features,
      approvals: model.approvals,
      data: card.data,
      ...models.shadowReport && { shadow: models.shadowReport },
      ...models.canary && { canary: { version: models.canary.model.version, share: models.canary.share } },
      swaps: models.swaps,
    });
  },
}];
