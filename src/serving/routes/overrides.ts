/**
 * Planners' overrides: told by signed requests, kept beside the statistical forecast, later held against what was sold.
 *
 * @module
 */
import papaparse from "papaparse";
import { UnknownSeriesError } from "@/core/errors.ts";
import { nearestNames } from "@/core/names.ts";
import { isDate } from "@/serving/answering.ts";
import { answerPaths } from "@/serving/answer.ts";
import { RequestError } from "@/serving/errors.ts";
import { problemOfKind } from "@/serving/openapi.ts";
import { overridden, overrideValue, toldOverride } from "@/serving/overrides.ts";
import { type Call, json, type Route, type Routes } from "@/serving/route.ts";
import { demandStep } from "@/serving/rows.ts";
import type { Services } from "@/serving/services.ts";
import { demandSigner, UsedSignatures } from "@/serving/signed_request.ts";
import type { Override, OverrideQuery } from "@/serving/stores/forecast_store.ts";

/** Overrides of one request. */
const MOST = 10_000;

const DAY = { type: "string", format: "date" } as const;
const AMOUNT = { type: "number", minimum: -1e9, maximum: 1e9 } as const;
const ID = { type: "string", minLength: 1, maxLength: 200 } as const;

const ORDER = {
  type: "object",
  required: ["unique_id", "ds", "reason"],
  additionalProperties: false,
  properties: {
    unique_id: ID,
    ds: DAY,
    value: { ...AMOUNT, description: "The number that is wanted instead of the forecast" },
    lo: { ...AMOUNT, description: "Or the band that the forecast is moved into: its lower end" },
    hi: { ...AMOUNT, description: "Its upper end" },
    withdraw: { type: "boolean", description: "Takes the override back: the statistical forecast counts again" },
    reason: {
      type: "string",
      minLength: 3,
      maxLength: 500,
      pattern: "\\S",
      description: "Why, for those who look later",
    },
    revision: {
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
      description: "The newest revision that was seen, 0 for none: where somebody else was first, nothing is kept",
    },
  },
} as const;

const TOLD = {
  type: "object",
  required: [
    "unique_id",
    "ds",
    "revision",
    "value",
    "lo",
    "hi",
    "withdrawn",
    "reason",
    "by",
    "made_at",
    "statistical",
    "model",
  ],
  properties: {
    unique_id: { type: "string" },
    ds: DAY,
    revision: { type: "integer" },
    value: { type: ["number", "null"] },
    lo: { type: ["number", "null"] },
    hi: { type: ["number", "null"] },
    withdrawn: { type: "boolean" },
    reason: { type: "string" },
    by: { type: "string", description: "Who signed it" },
    made_at: { type: "string" },
    statistical: { type: "number", description: "What the model forecast at that time" },
    model: { type: "string" },
  },
} as const;

const RANGE = {
  type: "object",
  properties: {
    unique_id: { ...ID, description: "The series" },
    from: { ...DAY, description: "The first date" },
    to: { ...DAY, description: "The last date" },
  },
} as const;

/** What a planner asks for. */
interface Order {
  readonly unique_id: string;
  readonly ds: string;
  readonly value?: number;
  readonly lo?: number;
  readonly hi?: number;
  readonly withdraw?: boolean;
  readonly reason: string;
  readonly revision?: number;
}

/** `POST /overrides`, `GET /overrides` and `GET /overrides/value` */
export const overrideRoutes: Routes = (services) => [putRoute(services), readRoute(services), valueRoute(services)];

function putRoute({ users, now, log }: Services): Route {
  const used = new UsedSignatures();
  return {
    method: "post",
    path: "/overrides",
    tag: "planning",
    about: "Change forecasts to a number or into a band, with a reason",
    details:
      "One override, a list, or CSV with a header. All are kept, or none; once this answers, no crash loses them. The " +
      "statistical forecast stays as it is: `GET /forecast?overrides=true` lays overrides over it. Takes a planner's " +
      "signed request: the headers x-shelfcast-user, -time and -signature, as for /admin.",
    // Not `anyOf`: an order that lacks something should hear what, not that it is no list.
    body: {
      type: ["object", "array"],
      if: { type: "array" },
      then: { type: "array", minItems: 1, maxItems: MOST, items: ORDER },
      else: ORDER,
    },
    accepts: {
      "text/csv": {
        type: "string",
        description: `With the header ${
          Object.keys(ORDER.properties).join(",")
        }; columns that are not needed may be left out`,
      },
    },
    bodyExample: { unique_id: "1", ds: "2015-08-01", value: 6000, reason: "Street party" },
    answers: {
      200: {
        about: "What was kept, and what looks odd about it",
        schema: {
          type: "object",
          required: ["kept", "warnings", "overrides"],
          properties: {
            kept: { type: "integer" },
            warnings: { type: "array", items: { type: "string" } },
            overrides: { type: "array", items: TOLD },
          },
        },
      },
      403: problemOfKind("No planner signed this request"),
      404: problemOfKind("There is no such series; nothing was kept"),
      409: problemOfKind("Somebody else changed one of these dates in the meantime; nothing was kept"),
    },
    guard: "planner",
    long: true,
    async handle(call) {
      const { name: by } = demandSigner(call.request, "/overrides", call.text ?? "", {
        list: await users(),
        now: now(),
        used,
        role: "planner",
        to: "override forecasts",
      });
      const orders = call.body === undefined
        ? readCsv(call.text ?? "")
        : Array.isArray(call.body)
        ? call.body as Order[]
        : [call.body as Order];
      const { rows, warnings } = await prepared(call, orders, by);
      await call.services.forecasts.putOverrides(rows);
      log.info("overridden", { by, rows: rows.length, warnings: warnings.length });
      return json({ kept: rows.length, warnings, overrides: rows.map(toldOverride) });
    },
  };
}

/** Checks orders and makes overrides of them; throws before anything is kept. */
async function prepared({ services, id: requestId }: Call, orders: readonly Order[], by: string) {
  const { models, forecasts, settings, dataset, now } = services, { openColumn, allowsNegative } = dataset.profile;
  const madeAt = now().toString(), warnings: string[] = [];
  const seen = new Map<string, number>();
  const steps = orders.map((order, at) => {
    const { unique_id: id, ds } = order, where = `Cannot keep override ${at + 1}`;
    const model = models.answerer(id);
    if (!model.has(id)) throw new UnknownSeriesError(id, nearestNames(id, model.series));
    const step = demandStep(model, ds);
    const twin = seen.get(`${id}\n${ds}`);
    if (twin !== undefined) {
      throw refused(`${where}: override ${twin + 1} changes series ${id} on ${ds} too, and only one can be meant`);
    }
    seen.set(`${id}\n${ds}`, at);
    requireSense(order, where, allowsNegative);
    if (openColumn !== undefined && order.withdraw !== true && model.plan(id)[step]!.known[openColumn] === 0) {
      throw refused(
        `${where}: series ${id} is closed on ${ds}, so that nothing can be sold; change the plan if it opens after all`,
        "closed-day",
      );
    }
    return { model, step };
  });
  const ids = [...new Set(orders.map(({ unique_id }) => unique_id))];
  const answers = await answerPaths(services, ids.map((id) => ({ id, changes: new Map() })));
  const paths = new Map(ids.map((id, k) => [id, answers[k]!.path]));
  const newest = await newestOf(forecasts, orders);
  const rows = orders.map((order, at): Override => {
    const { unique_id: id, ds, value, lo, hi, withdraw = false, reason, revision } = order;
    const { model, step } = steps[at]!, statistical = paths.get(id)!.values[step]!;
    const last = newest.get(`${id}\n${ds}`);
    if (revision !== undefined && revision !== (last?.revision ?? 0)) {
      throw new RequestError(
        `Cannot keep override ${at + 1}: series ${id} on ${ds} is at revision ${last?.revision ?? 0}` +
          `${last === undefined ? "" : ` (by ${last.by}, ${last.madeAt})`}, and this was made for ${revision}`,
        { status: 409, kind: "conflict", title: "Somebody was first" },
      );
    }
    if (withdraw && (last === undefined || last.withdrawn)) {
      throw refused(`Cannot take back override ${at + 1}: series ${id} on ${ds} has none`);
    }
    const row: Override = {
      uniqueId: id,
      ds,
      revision: (last?.revision ?? 0) + 1,
      value: value ?? null,
      lo: lo ?? null,
      hi: hi ?? null,
      withdrawn: withdraw,
      reason: reason.trim(),
      by,
      madeAt,
      statistical,
      model: `${model.name}/${model.version}`,
      requestId,
    };
    const warning = sizeWarning(row, at, settings);
    if (warning !== undefined) warnings.push(warning);
    return row;
  });
  return { rows, warnings };
}

function requireSense({ value, lo, hi, withdraw }: Order, where: string, allowsNegative: boolean): void {
  const given = [value, lo, hi].filter((one) => one !== undefined);
  if (withdraw === true) {
    if (given.length > 0) throw refused(`${where}: it takes back and changes at once; say one of both`);
    return;
  }
  if (given.length === 0) throw refused(`${where}: give a value, or a band with lo and hi`);
  if ((lo === undefined) !== (hi === undefined)) throw refused(`${where}: a band needs both lo and hi`);
  if (lo !== undefined && lo > hi!) throw refused(`${where}: lo must not be above hi, found ${lo} and ${hi}`);
  if (value !== undefined && lo !== undefined && (value < lo || value > hi!)) {
    throw refused(`${where}: the value must be within its band, found ${value} outside ${lo} to ${hi}`);
  }
  if (!allowsNegative && given.some((one) => one < 0)) {
    throw refused(`${where}: sales of this data are never below 0, found ${Math.min(...given)}`);
  }
}

/** A sentence for large changes; those beyond all reason are refused. */
function sizeWarning(
  row: Override,
  at: number,
  { overrideWarn, overrideMost }: Services["settings"],
): string | undefined {
  const wanted = overridden(row.statistical, row), size = Math.abs(row.statistical);
  const change = size > 0 ? Math.abs(wanted - row.statistical) / size : wanted === row.statistical ? 0 : Infinity;
  const what = `series ${row.uniqueId} on ${row.ds}: ${amount(wanted)} instead of ${amount(row.statistical)}`;
  if (change > overrideMost && Number.isFinite(change)) {
    throw refused(
      `Cannot keep override ${at + 1}: ${what} is a change by ${percent(change)}, at most ${
        percent(overrideMost)
      } are ` +
        "taken (SHELFCAST_OVERRIDE_MOST)",
      "override-too-large",
    );
  }
  return change > overrideWarn
    ? `${what} is a large change${Number.isFinite(change) ? `, by ${percent(change)}` : ""}: is it meant?`
    : undefined;
}

const amount = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 1 });
const percent = (share: number) => `${Math.round(100 * share).toLocaleString("en")} %`;

async function newestOf(forecasts: Services["forecasts"], orders: readonly Order[]) {
  const dates = orders.map(({ ds }) => ds).sort(), ids = new Set(orders.map(({ unique_id }) => unique_id));
  const found = await forecasts.overrides({
    ...ids.size === 1 && { uniqueId: orders[0]!.unique_id },
    from: dates[0]!,
    to: dates.at(-1)!,
  });
  return new Map(found.map((one) => [`${one.uniqueId}\n${one.ds}`, one]));
}

function refused(message: string, kind = "invalid-override"): RequestError {
  return new RequestError(message, { kind, title: "This override cannot be kept" });
}

/** Reads overrides as CSV: empty fields are left out. */
function readCsv(text: string): Order[] {
  const { data, errors, meta } = papaparse.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: "greedy",
    preview: MOST + 1,
  });
  const known = Object.keys(ORDER.properties), fields = meta.fields ?? [];
  const odd = fields.filter((name) => !known.includes(name)),
    missing = ORDER.required.filter((name) => !fields.includes(name));
  if (odd.length > 0 || missing.length > 0) {
    throw new RequestError(
      `Cannot read the CSV: ${
        [
          ...missing.length > 0 ? [`its header lacks ${missing.join(", ")}`] : [],
          ...odd.length > 0 ? [`it has unknown columns ${odd.join(", ").slice(0, 100)}`] : [],
        ].join("; ")
      }; known are ${known.join(", ")}`,
    );
  }
  const wrong = errors.find(({ type }) => type === "Quotes" || type === "FieldMismatch");
  if (wrong !== undefined) throw new RequestError(`Cannot read the CSV: row ${(wrong.row ?? 0) + 1}: ${wrong.message}`);
  if (data.length === 0) throw new RequestError("Cannot read the CSV as it must have a header and a row");
  if (data.length > MOST) throw new RequestError(`Cannot take more than ${MOST} overrides at once`, { status: 413 });
  return data.map((row, at) => {
    const cannot = (field: string, wanted: string): never => {
      throw new RequestError(`Cannot read the CSV: row ${at + 1}: ${field} must be ${wanted}`, {
        errors: [{ path: `/${at}/${field}`, message: `must be ${wanted}` }],
      });
    };
    const text = (field: string) => (row[field] ?? "").trim();
    const number = (field: string, whole = false) => {
      if (text(field) === "") return {};
      const value = Number(text(field));
      if (!Number.isFinite(value) || Math.abs(value) > 1e9 || whole && !(Number.isInteger(value) && value >= 0)) {
        cannot(field, whole ? "a whole number, 0 or more" : "a number of at most 1,000,000,000");
      }
      return { [field]: value };
    };
    if (text("unique_id") === "" || text("unique_id").length > 200) cannot("unique_id", "a series");
    if (!isDate(text("ds"))) cannot("ds", "a date YYYY-MM-DD");
    if (text("reason").length < 3 || text("reason").length > 500) cannot("reason", "3 to 500 characters");
    if (!["", "true", "false"].includes(text("withdraw").toLowerCase())) cannot("withdraw", "true or false");
    return {
      unique_id: text("unique_id"),
      ds: text("ds"),
      reason: text("reason"),
      ...number("value"),
      ...number("lo"),
      ...number("hi"),
      ...number("revision", true),
      ...text("withdraw").toLowerCase() === "true" && { withdraw: true },
    };
  });
}

function readRoute({ forecasts }: Services): Route {
  return {
    method: "get",
    path: "/overrides",
    tag: "planning",
    about: "Read overrides: the newest of each date, or with `history` all that was ever told",
    query: {
      ...RANGE,
      properties: { ...RANGE.properties, history: { type: "boolean", description: "Every revision" } },
    },
    answers: {
      200: {
        about: "The overrides, by series, date and revision",
        schema: { type: "object", required: ["overrides"], properties: { overrides: { type: "array", items: TOLD } } },
      },
    },
    async handle({ query }) {
      const history = query.history === "true";
      const found = await forecasts.overrides({ ...queryOf(query), history });
      return json({ overrides: found.filter(({ withdrawn }) => history || !withdrawn).map(toldOverride) });
    },
  };
}

function valueRoute({ forecasts }: Services): Route {
  return {
    method: "get",
    path: "/overrides/value",
    tag: "planning",
    about: "Tell what overrides were worth, now that sales are known",
    details: "Compares the planner's number with the forecast that it replaced: `added` is the share by which errors " +
      "became smaller (forecast value added), negative where they became larger.",
    query: RANGE,
    answers: {
      200: {
        about: "All overrides together, and each one whose date is known",
        schema: {
          type: "object",
          required: ["overrides", "scored", "better", "worse", "added", "rows"],
          properties: {
            overrides: { type: "integer" },
            scored: { type: "integer" },
            better: { type: "integer" },
            worse: { type: "integer" },
            added: { type: ["number", "null"] },
            rows: {
              type: "array",
              items: {
                type: "object",
                required: ["unique_id", "ds", "by", "reason", "statistical", "planned", "sold"],
                properties: {
                  unique_id: { type: "string" },
                  ds: DAY,
                  by: { type: "string" },
                  reason: { type: "string" },
                  statistical: { type: "number" },
                  planned: { type: "number" },
                  sold: { type: "number" },
                },
              },
            },
          },
        },
      },
    },
    async handle({ query }) {
      const range = queryOf(query);
      const value = overrideValue(await forecasts.overrides(range), await forecasts.actuals(range));
      return json({
        overrides: value.overrides,
        scored: value.scored.length,
        better: value.better,
        worse: value.worse,
        added: value.added,
        rows: value.scored.map(({ override, planned, sold }) => ({
          unique_id: override.uniqueId,
          ds: override.ds,
          by: override.by,
          reason: override.reason,
          statistical: override.statistical,
          planned,
          sold,
        })),
      });
    },
  };
}

function queryOf({ unique_id, from, to }: Readonly<Record<string, string>>): OverrideQuery {
  return {
    ...unique_id !== undefined && { uniqueId: unique_id },
    ...from !== undefined && { from },
    ...to !== undefined && { to },
  };
}
