/**
 * Why a forecast is what it is.
 *
 * @module
 */
import { PREDICTION_SCHEMA } from "@/serving/answer.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { json, type Routes } from "@/serving/route.ts";
import { demandStep, rowReader, rowSchema } from "@/serving/rows.ts";

/** `POST /explain` */
export const explainRoutes: Routes = ({ dataset, models }) => {
  const read = rowReader(dataset);
  return [{
    method: "post",
    path: "/explain",
    tag: "forecast",
    about: "Tell why: how much each feature moved a forecast, and which past days were like it",
    body: rowSchema(dataset),
    answers: {
      200: {
        about: "Contributions on the scale `space`, largest first; with `expected` they add up to the forecast on it",
        schema: {
          type: "object",
          required: [
            "unique_id",
            "ds",
            "prediction",
            "method",
            "space",
            "expected",
            "groups",
            "contributions",
            "intervals",
            "analogues",
          ],
          properties: {
            unique_id: { type: "string" },
            ds: { type: "string", format: "date" },
            prediction: { type: "number" },
            method: {
              enum: ["treeshap", "parts", "none"],
              description:
                "TreeSHAP, a blend's by weight; the parts that a simple model multiplies; none where it cannot tell",
            },
            space: { enum: ["log1p", "identity"], description: "log1p: 0.1 is about 10 %; identity: units of y" },
            expected: {
              type: "number",
              description: "What would be forecast if nothing moved it, on the scale `space`",
            },
            groups: {
              type: "object",
              description: "The contributions by what they are about: level, calendar, promotion, holiday, competition",
              additionalProperties: { type: "number" },
            },
            intervals: PREDICTION_SCHEMA.properties.intervals,
            contributions: {
              type: "array",
              items: {
                type: "object",
                required: ["feature", "value", "contribution", "group"],
                properties: {
                  feature: { type: "string" },
                  value: { type: ["number", "null"] },
                  contribution: { type: "number" },
                  group: { type: "string" },
                },
              },
            },
            analogues: { type: "array", items: { type: "object" } },
          },
        },
      },
      404: problemOfKind("There is no such series; names the nearest"),
    },
    async handle({ body }) {
      const row = read(body as Readonly<Record<string, unknown>>);
      const model = models.answerer(row.id), step = demandStep(model, row.ds);
      const { id, ...explanation } = await models.using(
        model,
        (one) => one.explain(row.id, step, new Map([[step, row.known]])),
      );
      return json({ unique_id: id, ...explanation });
    },
  }];
};
