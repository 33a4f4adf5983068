/**
 * Why a forecast is what it is.
 *
 * @module
 */
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
        about: "Contributions on the model's own scale (`space`), largest first, and past days of the same kind",
        schema: {
          type: "object",
          required: ["unique_id", "ds", "prediction", "method", "space", "expected", "contributions", "analogues"],
          properties: {
            unique_id: { type: "string" },
            ds: { type: "string", format: "date" },
            prediction: { type: "number" },
            method: { type: "string", description: "treeshap, or none where the model cannot tell" },
            space: { type: "string" },
            expected: { type: "number" },
            contributions: {
              type: "array",
              items: {
                type: "object",
                required: ["feature", "value", "contribution"],
                properties: {
                  feature: { type: "string" },
                  value: { type: ["number", "null"] },
                  contribution: { type: "number" },
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
