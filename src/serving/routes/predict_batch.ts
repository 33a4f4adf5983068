/**
 * Forecasts of many rows at once; a bad row does not fail the others.
 *
 * @module
 */
import { Ajv } from "ajv";
import papaparse from "papaparse";
import { isDate } from "@/serving/answering.ts";
import {
  answerPaths,
  noteServed,
  type Origin,
  type Prediction,
  PREDICTION_SCHEMA,
  predictionOf,
} from "@/serving/answer.ts";
import { RequestError } from "@/serving/errors.ts";
import { PROBLEM_SCHEMA, problemOf } from "@/serving/problem.ts";
import { json, type Routes } from "@/serving/route.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { demandStep, type PlannedRow, rowReader, rowSchema } from "@/serving/rows.ts";
import type { Known, ServedModel } from "@/serving/served_model.ts";
import type { Services } from "@/serving/services.ts";

/** What one row came to. */
type RowAnswer =
  & { readonly row: number }
  & (Prediction | { readonly error: { readonly title: string; readonly detail: string } });

const ROW_SCHEMA = {
  type: "object",
  required: ["row"],
  description: "A prediction, or what is wrong with the row",
  properties: {
    row: { type: "integer", description: "The row's position, 0 for the first" },
    ...PREDICTION_SCHEMA.properties,
    error: {
      type: "object",
      required: ["title", "detail"],
      properties: { title: { type: "string" }, detail: { type: "string" }, nearest: PROBLEM_SCHEMA.properties.nearest },
    },
  },
} as const;

/** Rows that are computed and written together: a client sees the first before the last is computed. */
const PART = 4_096;

/** A batch of so many rows leaves a hundred megabytes behind. */
const LARGE = 10_000;
/** When it is answered, milliseconds, and when its rows are in the log too. */
const CLEANINGS = [1_000, 6_000];
let cleaning: readonly ReturnType<typeof setTimeout>[] = [];

/** Gives memory back after a large batch, when no other follows at once. */
function cleanUpAfter(rows: number): void {
  if (rows < LARGE) return;
  cleaning.forEach(clearTimeout);
  cleaning = CLEANINGS.map((wait) => setTimeout(() => releaseMemory({ idle: true }), wait));
  cleaning.forEach(Deno.unrefTimer);
}

/** `POST /predict_batch` */
export const predictBatchRoutes: Routes = (services) => {
  const { dataset, settings } = services;
  const read = rowReader(dataset);
  const check = new Ajv({ strict: false, formats: { date: isDate } }).compile(rowSchema(dataset));
  const checkRow = (row: unknown): PlannedRow => {
    if (check(row)) return read(row as Record<string, unknown>);
    const reason = check.errors!.map(({ instancePath, message, params }) => {
      const { additionalProperty } = params as { additionalProperty?: string };
      return `${instancePath}${additionalProperty === undefined ? "" : `/${additionalProperty}`} ${message}`.trim();
    }).slice(0, 3).join("; ");
    throw new RequestError(`Cannot use this row: ${reason}`);
  };
  return [{
    method: "post",
    path: "/predict_batch",
    tag: "forecast",
    about: "Forecast many rows at once, as JSON or CSV",
    details:
      "Rows of one series are one plan: a promotion in one of them is a promotion a few days away to another. A row " +
      "that cannot be forecast has an `error`, and the others are forecast all the same. With `Accept: " +
      "application/x-ndjson` the answer is a stream, one row per line.",
    body: { type: "array", minItems: 1, maxItems: settings.batchRows, items: { type: "object" } },
    accepts: {
      "text/csv": { type: "string", description: "With a header, in the dataset's own names or the panel's" },
    },
    answers: {
      200: {
        about: "One answer per row, in order",
        schema: {
          type: "object",
          required: ["rows", "failed", "predictions"],
          properties: {
            rows: { type: "integer" },
            failed: { type: "integer" },
            predictions: { type: "array", items: ROW_SCHEMA },
          },
        },
        media: { "application/x-ndjson": { type: "string" } },
      },
    },
    long: true,
    async handle({ body, text, request, id }) {
      const rows = text === undefined ? body as readonly unknown[] : readCsv(text, settings.batchRows);
      const origin = { services, id, route: "/predict_batch", started: performance.now() };
      // Without a model nothing can be said of any row.
      services.models.answerer();
      services.metrics.rows.observe(rows.length);
      cleanUpAfter(rows.length);
      const plan = layOut(services, rows, checkRow);
      if (request.headers.get("accept")?.includes("application/x-ndjson")) {
        return new Response(ndjson(origin, plan), { headers: { "content-type": "application/x-ndjson" } });
      }
      const predictions: RowAnswer[] = Array(rows.length);
      for await (const part of compute(origin, plan)) for (const answer of part) predictions[answer.row] = answer;
      return json({ rows: rows.length, failed: plan.failed.length, predictions });
    },
  }];
};

/** A batch, sorted out. */
interface Plan {
  readonly failed: readonly RowAnswer[];
  /** Series → its rows. */
  readonly series: ReadonlyMap<
    string,
    readonly { readonly row: number; readonly step: number; readonly known: Known }[]
  >;
}

function layOut({ models }: Services, rows: readonly unknown[], check: (row: unknown) => PlannedRow): Plan {
  const failed: RowAnswer[] = [];
  const series = new Map<string, { row: number; step: number; known: Known }[]>(), seen = new Map<string, number>();
  rows.forEach((given, row) => {
    try {
      const { id, ds, known } = check(given);
      const model = models.answerer(id), step = demandStep(model, ds);
      if (!model.has(id)) model.plan(id);
      const twin = seen.get(`${id} ${step}`);
      if (twin !== undefined) {
        throw new RequestError(`Cannot forecast a series twice on one date: row ${twin} has ${id} on ${ds} too`);
      }
      seen.set(`${id} ${step}`, row);
      let own = series.get(id);
      if (own === undefined) series.set(id, own = []);
      own.push({ row, step, known });
    } catch (error) {
      const { title, detail, nearest } = problemOf(error);
      failed.push({ row, error: { title, detail, ...nearest && { nearest } } });
    }
  });
  return { failed, series };
}

/** Computes a batch, some series at a time. */
async function* compute(origin: Origin, { failed, series }: Plan): AsyncGenerator<readonly RowAnswer[]> {
  const { services } = origin;
  if (failed.length > 0) yield failed;
  const all = [...series];
  for (let from = 0; from < all.length;) {
    let to = from, rows = 0;
    for (; to < all.length && rows < PART; to++) rows += all[to]![1].length;
    const part = all.slice(from, to);
    from = to;
    const asks = part.map(([id, own]) => ({ id, changes: new Map(own.map(({ step, known }) => [step, known])) }));
    const answers = await answerPaths(services, asks);
    const byModel = new Map<ServedModel, RowAnswer[]>(), changes = new Map<string, string>();
    part.forEach(([id, own], k) => {
      const { model, path } = answers[k]!;
      let list = byModel.get(model);
      if (list === undefined) byModel.set(model, list = []);
      changes.set(id, JSON.stringify(Object.fromEntries(path.changes)));
      for (const { row, step } of own) {
        list.push({ row, ...predictionOf(model, id, step, path.values[step]!, path.hashes[step]!, path.changes) });
      }
    });
    for (const [model, list] of byModel) {
      noteServed(
        origin,
        model,
        list as readonly (RowAnswer & Prediction)[],
        ({ unique_id }) => changes.get(unique_id)!,
      );
      yield list;
    }
  }
}

function ndjson(origin: Origin, plan: Plan): ReadableStream<Uint8Array> {
  const parts = compute(origin, plan), encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await parts.next();
        if (done) return controller.close();
        controller.enqueue(encoder.encode(value.map((answer) => `${JSON.stringify(answer)}\n`).join("")));
      } catch (error) {
        const { title, detail } = problemOf(error);
        controller.enqueue(encoder.encode(`${JSON.stringify({ error: { title, detail } })}\n`));
        controller.close();
      }
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

/** Numbers are written as numbers; everything else stays text. */
function readCsv(text: string, most: number): readonly unknown[] {
  const { data, errors, meta } = papaparse.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: "greedy",
    preview: most + 1,
  });
  const wrong = errors.find(({ type }) => type === "Quotes" || type === "FieldMismatch");
  if (wrong !== undefined) throw new RequestError(`Cannot read the CSV: row ${(wrong.row ?? 0) + 1}: ${wrong.message}`);
  if (data.length === 0) throw new RequestError("Cannot read the CSV as it must have a header and a row");
  if (data.length > most) throw new RequestError(`Cannot take more than ${most} rows at once`, { status: 413 });
  const texts = new Set(["unique_id", "ds"]);
  return data.map((row) =>
    Object.fromEntries(
      // An empty field is as planned.
      (meta.fields ?? []).filter((name) => row[name] !== undefined && row[name] !== "").map((name) => {
        const value = row[name]!;
        return [name, !texts.has(name) && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
      }),
    )
  );
}
