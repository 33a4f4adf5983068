/**
 * The Open Inference Protocol (KServe V2): for clients that speak to any model server.
 *
 * @module
 */
import { answerPaths, noteServed, predictionOf } from "@/serving/answer.ts";
import { isDate } from "@/serving/answering.ts";
import { RequestError } from "@/serving/errors.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { json, type Route, type Routes } from "@/serving/route.ts";
import { demandStep, knownColumns } from "@/serving/rows.ts";
import type { Known } from "@/serving/served_model.ts";

const TENSOR = {
  type: "object",
  required: ["name", "shape", "datatype", "data"],
  properties: {
    name: { type: "string" },
    shape: { type: "array", items: { type: "integer", minimum: 0 } },
    datatype: { type: "string", enum: ["BYTES", "FP64", "FP32", "INT64", "INT32", "BOOL"] },
    data: { type: "array", items: { type: ["string", "number", "boolean"] } },
    parameters: { type: "object" },
  },
} as const;

/** A tensor of a request, or of an answer. */
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly (string | number | boolean)[];
}

/** `/v2/…` */
export const openInferenceRoutes: Routes = (services) => {
  const { models, dataset, settings } = services, columns = knownColumns(dataset.profile);
  const tag = "open inference";
  const demand = (name: string, version?: string) => {
    const model = models.answerer();
    if (name !== model.name || version !== undefined && version !== model.version) {
      throw new RequestError(`There is no such model: there is ${model.name} version ${model.version}`, {
        status: 404,
        kind: "unknown-model",
        title: "There is no such model",
      });
    }
    return model;
  };
  const unknown = { 404: problemOfKind("There is no such model") };
  const metadata: Route = {
    method: "get",
    path: "/v2/models/:name",
    tag,
    about: "A model's inputs and outputs",
    answers: {
      200: { about: "Metadata", schema: { type: "object", required: ["name", "platform", "inputs", "outputs"] } },
      ...unknown,
    },
    handle({ params }) {
      const model = demand(params.name!, params.version);
      const input = (name: string, datatype: string) => ({ name, datatype, shape: [-1] });
      return json({
        name: model.name,
        versions: [model.version],
        platform: "shelfcast",
        inputs: [
          input("unique_id", "BYTES"),
          input("ds", "BYTES"),
          ...columns.map((name) => input(name, dataset.profile.levels[name] === undefined ? "FP64" : "BYTES")),
        ],
        outputs: [
          input("prediction", "FP64"),
          ...model.levels.flatMap((level) => [input(`lo-${level}`, "FP64"), input(`hi-${level}`, "FP64")]),
        ],
      });
    },
  };
  const ready: Route = {
    method: "get",
    path: "/v2/models/:name/ready",
    tag,
    about: "Whether a model answers",
    answers: { 200: { about: "It does", schema: { type: "object" } }, ...unknown },
    handle({ params }) {
      const { name } = demand(params.name!, params.version);
      return json({ name, ready: true });
    },
  };
  const infer: Route = {
    method: "post",
    path: "/v2/models/:name/infer",
    tag,
    about: "Forecast rows that come as tensors",
    details:
      "Inputs `unique_id` and `ds` (BYTES), and any planned columns, all of the same length. Rows of one series are " +
      "one plan.",
    body: {
      type: "object",
      required: ["inputs"],
      properties: {
        id: { type: "string" },
        parameters: { type: "object" },
        inputs: { type: "array", minItems: 2, items: TENSOR },
        outputs: { type: "array", items: { type: "object" } },
      },
    },
    answers: {
      200: {
        about: "The forecasts",
        schema: {
          type: "object",
          required: ["model_name", "model_version", "outputs"],
          properties: {
            id: { type: "string" },
            model_name: { type: "string" },
            model_version: { type: "string" },
            outputs: { type: "array", items: TENSOR },
          },
        },
      },
      ...unknown,
    },
    long: true,
    async handle({ params, body, id: requestId }) {
      const started = performance.now();
      const model = demand(params.name!, params.version);
      const { inputs, id } = body as { readonly inputs: readonly Tensor[]; readonly id?: string };
      const rows = readTensors(inputs, columns, settings.batchRows);
      const series = Map.groupBy(
        rows.map((row, at) => ({ ...row, at, step: demandStep(model, row.ds) })),
        ({ uniqueId }) => uniqueId,
      );
      const asks = Array.from(series, ([uniqueId, own]) => {
        if (new Set(own.map(({ step }) => step)).size < own.length) {
          throw new RequestError(`Cannot forecast series ${uniqueId} twice on one date`);
        }
        model.plan(uniqueId);
        return { id: uniqueId, changes: new Map(own.map(({ step, known }) => [step, known])) };
      });
      const answers = await answerPaths(services, asks);
      const predictions = Array<ReturnType<typeof predictionOf>>(rows.length);
      asks.forEach((ask, k) => {
        const { path } = answers[k]!, changes = JSON.stringify(Object.fromEntries(path.changes));
        const own = series.get(ask.id)!.map(({ at, step }) =>
          predictions[at] = predictionOf(model, ask.id, step, path.values[step]!, path.hashes[step]!, path.changes)
        );
        noteServed({ services, id: requestId, route: "/v2/models/:name/infer", started }, model, own, () => changes);
      });
      const output = (name: string, data: readonly number[]) => ({
        name,
        shape: [rows.length],
        datatype: "FP64",
        data,
      });
      return json({
        ...id !== undefined && { id },
        model_name: model.name,
        model_version: model.version,
        outputs: [
          output("prediction", predictions.map(({ prediction }) => prediction)),
          ...model.levels.flatMap((level) => [
            output(`lo-${level}`, predictions.map(({ intervals, prediction }) => intervals[level]?.lo ?? prediction)),
            output(`hi-${level}`, predictions.map(({ intervals, prediction }) => intervals[level]?.hi ?? prediction)),
          ]),
        ],
      });
    },
  };
  const versioned = (route: Route): Route => ({
    ...route,
    path: route.path.replace(":name", ":name/versions/:version"),
  });
  return [
    {
      method: "get",
      path: "/v2",
      tag,
      about: "The server's metadata",
      answers: { 200: { about: "Metadata", schema: { type: "object", required: ["name", "version", "extensions"] } } },
      handle: () => json({ name: "shelfcast", version: "1", extensions: ["model_repository"] }),
    },
    {
      method: "get",
      path: "/v2/health/live",
      tag,
      about: "Whether the server runs",
      answers: { 200: { about: "It does", schema: { type: "object" } } },
      handle: () => json({ live: true }),
    },
    {
      method: "get",
      path: "/v2/health/ready",
      tag,
      about: "Whether the server answers",
      answers: { 200: { about: "It does", schema: { type: "object" } } },
      handle() {
        models.answerer();
        return json({ ready: true });
      },
    },
    {
      method: "post",
      path: "/v2/repository/index",
      tag,
      about: "The models of the server",
      body: { type: "object" },
      answers: { 200: { about: "The models", schema: { type: "array", items: { type: "object" } } } },
      handle() {
        const { state } = models;
        return json(
          state.ready ? [{ name: state.model.name, version: state.model.version, state: "READY", reason: "" }] : [],
        );
      },
    },
    metadata,
    versioned(metadata),
    ready,
    versioned(ready),
    infer,
    versioned(infer),
  ];
};

function readTensors(
  inputs: readonly Tensor[],
  columns: readonly string[],
  most: number,
): { readonly uniqueId: string; readonly ds: string; readonly known: Known }[] {
  const named = new Map(inputs.map((tensor) => [tensor.name, tensor]));
  const refuse = (message: string) => new RequestError(`Cannot use these inputs: ${message}`);
  if (named.size < inputs.length) throw refuse("two tensors have one name");
  const ids = named.get("unique_id"), dates = named.get("ds");
  if (ids === undefined || dates === undefined) throw refuse("unique_id and ds are needed");
  const rows = ids.data.length;
  if (rows > most) throw refuse(`there may be at most ${most} rows`);
  for (const { name, shape, data } of inputs) {
    if (name !== "unique_id" && name !== "ds" && !columns.includes(name)) throw refuse(`"${name}" is not known`);
    const size = shape.reduce((product, side) => product * side, 1);
    if (size !== data.length || data.length !== rows) {
      throw refuse(`"${name}" must have ${rows} values, as its shape says`);
    }
  }
  return Array.from({ length: rows }, (_, k) => {
    const ds = String(dates.data[k]);
    if (!isDate(ds)) throw refuse(`ds must be dates, YYYY-MM-DD: found "${ds.slice(0, 40)}"`);
    const known = Object.fromEntries(
      columns.filter((name) => named.has(name)).map((name) => {
        const value = named.get(name)!.data[k]!;
        return [name, typeof value === "boolean" ? Number(value) : value];
      }),
    );
    return { uniqueId: String(ids.data[k]), ds, known };
  });
}
