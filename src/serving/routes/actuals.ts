/**
 * What was sold: the truth that forecasts are held against.
 *
 * @module
 */
import { UnknownSeriesError } from "@/core/errors.ts";
import { nearestNames } from "@/core/names.ts";
import { RequestError } from "@/serving/errors.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { json, type Routes } from "@/serving/route.ts";
import { namesOf, rowReader } from "@/serving/rows.ts";
import type { Actual } from "@/serving/stores/forecast_store.ts";

const DAY = { type: "string", format: "date" } as const;
const SALES = { type: "number", minimum: -1e9, maximum: 1e9 } as const;

/** `POST /actuals` */
export const actualsRoutes: Routes = ({ dataset, models, forecasts, now }) => {
  const { date, keys } = namesOf(dataset), read = rowReader(dataset);
  const train = dataset.tables.find(({ name }) => name === "train")!,
    test = dataset.tables.find(({ name }) => name === "test");
  // What train.csv has and test.csv has not, and is a number: Sales.
  const target =
    train.columns.find(({ name, type }) => type === "number" && !test?.columns.some((one) => one.name === name))!.name;
  const key = { type: "integer", minimum: 0, maximum: 2_147_483_647 };
  const row = {
    anyOf: [{
      type: "object",
      required: [...keys.map(([raw]) => raw), date, target],
      additionalProperties: false,
      properties: { ...Object.fromEntries(keys.map(([raw]) => [raw, key])), [date]: DAY, [target]: SALES },
    }, {
      type: "object",
      required: ["unique_id", "ds", "y"],
      additionalProperties: false,
      properties: { unique_id: { type: "string", minLength: 1, maxLength: 200 }, ds: DAY, y: SALES },
    }],
  };
  return [{
    method: "post",
    path: "/actuals",
    tag: "monitoring",
    about: "Tell what was sold; telling it again changes nothing",
    details: "All rows are kept, or none. Once this answers, no crash loses them.",
    body: { type: "array", minItems: 1, maxItems: 100_000, items: row },
    answers: {
      200: {
        about: "How many rows were new or different",
        schema: {
          type: "object",
          required: ["received", "changed"],
          properties: { received: { type: "integer" }, changed: { type: "integer" } },
        },
      },
      404: problemOfKind("There is no such series; nothing was kept"),
    },
    long: true,
    async handle({ body }) {
      const model = models.answerer(), receivedAt = now().toString();
      const seen = new Map<string, number>();
      const rows = (body as readonly Readonly<Record<string, unknown>>[]).map((given, at): Actual => {
        const { [target]: sold, y, ...named } = given;
        const { id, ds } = read(named), sales = Number(y ?? sold);
        if (!model.has(id)) throw new UnknownSeriesError(id, nearestNames(id, model.series));
        if (Number.isNaN(model.stepOf(ds))) {
          throw new RequestError(`Cannot keep row ${at}: ${ds} is not a step of this data, such as ${model.origin}`);
        }
        if (!dataset.profile.allowsNegative && sales < 0) {
          throw new RequestError(`Cannot keep row ${at} as sales of this data are never below 0: found ${sales}`);
        }
        const other = seen.get(`${id} ${ds}`);
        if (other !== undefined && other !== sales) {
          throw new RequestError(`Cannot keep two different sales of series ${id} on ${ds}: ${other} and ${sales}`);
        }
        seen.set(`${id} ${ds}`, sales);
        return { uniqueId: id, ds, y: sales, receivedAt };
      });
      return json({ received: rows.length, changed: await forecasts.putActuals(rows) });
    },
  }];
};
