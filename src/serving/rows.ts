/**
 * Rows of requests, in the dataset's own names or in the panel's, as series and plans.
 *
 * @module
 */
import type { Dataset } from "@/core/dataset.ts";
import type { JsonSchema } from "@/core/json.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { RequestError } from "@/serving/errors.ts";
import type { Known, ServedModel } from "@/serving/served_model.ts";

/** A row that names a series and a date, and what is planned for it. */
export interface PlannedRow {
  readonly id: string;
  readonly ds: string;
  readonly known: Known;
}

/** How a dataset names its columns in requests: raw name → panel name. */
interface Names {
  readonly date: string;
  readonly keys: readonly (readonly [raw: string, key: string])[];
  readonly known: readonly (readonly [raw: string, column: string])[];
}

const bySnake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** The names of the raw file whose rows are forecast: `Store`, `Date`, `Promo`. */
export function namesOf({ profile, tables }: Pick<Dataset, "profile" | "tables">): Names {
  const table = tables.find(({ name }) => name === "test") ?? tables[0]!;
  const raw = table.columns.map(({ name }) => name);
  const named = (column: string) => raw.find((name) => bySnake(name) === column);
  const pairs = (columns: readonly string[]) =>
    columns.flatMap((column) => {
      const name = named(column);
      return name === undefined ? [] : [[name, column] as const];
    });
  const date = table.columns.find(({ type }) => type === "date")!.name;
  return { date, keys: pairs(profile.keys), known: pairs(knownColumns(profile)) };
}

/** The columns that a plan may change. */
export function knownColumns({ roles }: DatasetProfile): string[] {
  return Object.keys(roles).filter((name) => roles[name] === "known");
}

const KEY: JsonSchema = { type: "integer", minimum: 0, maximum: 2_147_483_647 };
const DAY: JsonSchema = { type: "string", format: "date", description: "YYYY-MM-DD" };

/** The schema of a planned value: a word of the dataset's list, or 0 and 1. */
export function knownSchema({ levels }: DatasetProfile, column: string): JsonSchema {
  const words = levels[column];
  // Kaggle's files write a holiday that is none as the number 0.
  if (words !== undefined) return { enum: [...words, ...words.includes("0") ? [0] : []] };
  return { enum: [0, 1, true, false] };
}

/** The schema of one row: the dataset's own names, or unique_id and ds. */
export function rowSchema(dataset: Pick<Dataset, "profile" | "tables">): JsonSchema {
  const { profile } = dataset, { date, keys, known } = namesOf(dataset);
  const own = {
    type: "object",
    description: "In the dataset's own names",
    required: [...keys.map(([raw]) => raw), date],
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(keys.map(([raw]) => [raw, KEY])),
      [date]: DAY,
      ...Object.fromEntries(known.map(([raw, column]) => [raw, knownSchema(profile, column)])),
      // What Kaggle's rows have beside; it changes nothing.
      ...dataset.tables.some(({ columns }) => columns.some(({ name }) => name === "Id"))
        ? { Id: { type: "integer" }, DayOfWeek: { type: "integer", minimum: 1, maximum: 7 } }
        : {},
    },
  };
  const plain = {
    type: "object",
    description: "In the panel's names",
    required: ["unique_id", "ds"],
    additionalProperties: false,
    properties: {
      unique_id: { type: "string", minLength: 1, maxLength: 200 },
      ds: DAY,
      ...Object.fromEntries(knownColumns(profile).map((name) => [name, knownSchema(profile, name)])),
    },
  };
  return { anyOf: [own, plain] };
}

/** Reads rows that match {@link rowSchema}. */
export function rowReader(
  dataset: Pick<Dataset, "profile" | "tables">,
): (row: Readonly<Record<string, unknown>>) => PlannedRow {
  const { profile } = dataset, { date, keys, known } = namesOf(dataset), columns = knownColumns(profile);
  const ownNames = known.map(([raw, column]) => [raw, column] as const),
    plainNames = columns.map((name) => [name, name] as const);
  const value = (given: unknown): number | string =>
    given === true ? 1 : given === false ? 0 : given as number | string;
  return (row) => {
    const plain = row["unique_id"] !== undefined;
    const planned: Record<string, number | string> = {};
    for (const [raw, column] of plain ? plainNames : ownNames) {
      const given = row[raw];
      if (given !== undefined) planned[column] = value(given);
    }
    const id = plain ? String(row["unique_id"]) : keys.map(([raw]) => row[raw]).join("_");
    return { id, ds: String(plain ? row["ds"] : row[date]), known: planned };
  };
}

/**
 * The step of a date, which must lie in the horizon of the model.
 *
 * @throws {RequestError} If it does not: says what is there instead.
 */
export function demandStep(model: ServedModel, ds: string): number {
  const step = model.stepOf(ds);
  if (step >= 0 && step < model.horizon) return step;
  const last = model.dateOf(model.horizon - 1);
  const detail = Number.isNaN(step)
    ? `${ds} is not a step of this data, which has one a ${
      model.profile.frequency === "1w" ? "week" : "day"
    }, such as ${model.origin}`
    : step < 0
    ? `${ds} is before ${model.origin}, where forecasts begin`
    : `${ds} is after ${last}, the end of the horizon`;
  throw new RequestError(`Cannot forecast this date: ${detail}`, {
    kind: "outside-horizon",
    title: "The date cannot be forecast",
    errors: [{ path: "/ds", message: `must be from ${model.origin} to ${last}` }],
  });
}
