/**
 * A store of forecasts in any SQL database: one set of statements, which SQLite and PostgreSQL both understand.
 *
 * @module
 */
import { StoreError } from "@/core/errors.ts";
import {
  type Actual,
  type ForecastStore,
  type Outcome,
  type Override,
  OverrideConflictError,
  type ServedPrediction,
  type StoredForecast,
  type UsageRow,
} from "@/serving/stores/forecast_store.ts";

/** A value of a cell. */
export type Cell = string | number | null;

/** A row as the database gives it. */
export type Row = Readonly<Record<string, Cell>>;

/** A table to write to. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that identify a row; none for a log. */
  readonly keys: readonly string[];
  /** Rows are only replaced where this column differs, and only those count as changed. */
  readonly differs?: string;
  /** Its last rows may be lost when the power fails: nobody waits for the disk. */
  readonly relaxed?: boolean;
}

/** A database, as far as a store needs it. Statements are written with `$1`, `$2`, …. */
export interface SqlDatabase extends AsyncDisposable {
  readonly kind: string;
  all(statement: string, values?: readonly Cell[]): Promise<readonly Row[]>;
  /** Writes rows in one transaction, replacing those with the same keys. Returns how many were new or changed. */
  upsert(table: Table, rows: readonly (readonly Cell[])[]): Promise<number>;
  /** Runs a statement that nobody waits for, beside what else is asked. Returns how many rows it changed. */
  change(statement: string, values: readonly Cell[]): Promise<number>;
}

const FORECASTS: Table = {
  name: "forecasts",
  columns: ["unique_id", "ds", "model", "origin", "y_hat", "intervals", "made_at"],
  keys: ["unique_id", "ds", "model", "origin"],
};
/** Logged predictions that are deleted in one go. */
const SLICE = 500;
const PREDICTIONS: Table = {
  name: "predictions",
  relaxed: true,
  columns: ["at", "request_id", "route", "model", "unique_id", "ds", "y_hat", "hash", "changes", "origin", "ms"],
  keys: [],
};
const ACTUALS: Table = {
  name: "actuals",
  columns: ["unique_id", "ds", "y", "received_at"],
  keys: ["unique_id", "ds"],
  differs: "y",
};

/** Without keys, so that a revision which is there already is refused, not replaced. */
const OVERRIDES: Table = {
  name: "overrides",
  columns: [
    "unique_id",
    "ds",
    "revision",
    "value",
    "lo",
    "hi",
    "withdrawn",
    "reason",
    "made_by",
    "made_at",
    "statistical",
    "model",
    "request_id",
  ],
  keys: [],
};

/**
 * The statements that make the tables. They can run any number of times.
 *
 * @param sequence How the database numbers the rows of a log: the type of the column `seq`.
 * @param real Its type of a 64-bit float.
 */
export function tableStatements({ sequence, real }: { readonly sequence: string; readonly real: string }): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS forecasts (unique_id TEXT NOT NULL, ds TEXT NOT NULL, model TEXT NOT NULL,
      origin TEXT NOT NULL, y_hat ${real} NOT NULL, intervals TEXT NOT NULL, made_at TEXT NOT NULL,
      PRIMARY KEY (unique_id, ds, model, origin))`,
    `CREATE INDEX IF NOT EXISTS forecasts_by_origin ON forecasts (model, origin, unique_id)`,
    `CREATE TABLE IF NOT EXISTS predictions (seq ${sequence}, at TEXT NOT NULL, request_id TEXT NOT NULL,
      route TEXT NOT NULL, model TEXT NOT NULL, unique_id TEXT NOT NULL, ds TEXT NOT NULL, y_hat ${real} NOT NULL,
      hash TEXT NOT NULL, changes TEXT NOT NULL, origin TEXT NOT NULL, ms ${real} NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS predictions_by_time ON predictions (at)`,
    `CREATE TABLE IF NOT EXISTS actuals (unique_id TEXT NOT NULL, ds TEXT NOT NULL, y ${real} NOT NULL,
      received_at TEXT NOT NULL, PRIMARY KEY (unique_id, ds))`,
    `CREATE TABLE IF NOT EXISTS overrides (unique_id TEXT NOT NULL, ds TEXT NOT NULL, revision INTEGER NOT NULL,
      value ${real}, lo ${real}, hi ${real}, withdrawn INTEGER NOT NULL, reason TEXT NOT NULL, made_by TEXT NOT NULL,
      made_at TEXT NOT NULL, statistical ${real} NOT NULL, model TEXT NOT NULL, request_id TEXT NOT NULL,
      PRIMARY KEY (unique_id, ds, revision))`,
  ];
}

/** What a writer of rows needs to say about rows with the same keys. */
export function conflictClause({ name, columns, keys, differs }: Table): string {
  if (keys.length === 0) return "";
  const others = columns.filter((column) => !keys.includes(column));
  const set = others.map((column) => `${column} = excluded.${column}`).join(", ");
  const where = differs === undefined ? "" : ` WHERE ${name}.${differs} <> excluded.${differs}`;
  return ` ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${set}${where}`;
}

/** Makes a store of a database whose tables are there. */
export function sqlForecastStore(database: SqlDatabase): ForecastStore {
  const range = (column: string, from: string | undefined, to: string | undefined, values: Cell[]) => [
    ...from === undefined ? [] : [`${column} >= $${values.push(from)}`],
    ...to === undefined ? [] : [`${column} <= $${values.push(to)}`],
  ];
  const where = (parts: readonly string[]) => parts.length === 0 ? "" : ` WHERE ${parts.join(" AND ")}`;
  return {
    kind: database.kind,
    async putForecasts(rows) {
      await database.upsert(
        FORECASTS,
        lastOfEach(rows, ({ uniqueId, ds, model, origin }) => [uniqueId, ds, model, origin].join("\n"))
          .map(({ uniqueId, ds, model, origin, yHat, intervals, madeAt }) => [
            uniqueId,
            ds,
            model,
            origin,
            yHat,
            JSON.stringify(intervals),
            madeAt,
          ]),
      );
    },
    async forecasts({ uniqueId, from, to, model }) {
      // PostgreSQL has no texts with the character 0, and no series is called so.
      if (uniqueId.includes("\0")) return [];
      const values: Cell[] = [uniqueId];
      const parts = ["unique_id = $1", ...range("ds", from, to, values)];
      if (model !== undefined) parts.push(`model = $${values.push(model)}`);
      const rows = await database.all(
        `SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ds ORDER BY origin DESC, made_at DESC, model DESC)
          AS newest FROM forecasts${where(parts)}) AS ranked WHERE newest = 1 ORDER BY ds`,
        values,
      );
      return rows.map(forecastOf);
    },
    async forecastsOf({ from, to, limit = 2_000_000 }) {
      const values: Cell[] = [];
      const parts = range("ds", from, to, values);
      const rows = await database.all(
        `SELECT * FROM forecasts${where(parts)} ORDER BY ds, unique_id, model, origin LIMIT $${values.push(limit)}`,
        values,
      );
      return rows.map(forecastOf);
    },
    async forecastSeries(model, origin) {
      const rows = await database.all(
        "SELECT DISTINCT unique_id FROM forecasts WHERE model = $1 AND origin = $2",
        [model, origin],
      );
      return new Set(rows.map(({ unique_id }) => String(unique_id)));
    },
    async logPredictions(rows) {
      await database.upsert(
        PREDICTIONS,
        rows.map((row) => [
          row.at,
          row.requestId,
          row.route,
          row.model,
          row.uniqueId,
          row.ds,
          row.yHat,
          row.hash,
          row.changes,
          row.origin,
          row.ms,
        ]),
      );
    },
    async predictions(day, { limit = 1_000_000, skip = 0 } = {}) {
      const rows = await database.all(
        "SELECT * FROM predictions WHERE at >= $1 AND at < $2 ORDER BY seq LIMIT $3 OFFSET $4",
        [day, `${day}~`, limit, skip],
      );
      return rows.map(predictionOf);
    },
    async usage(from, to) {
      const rows = await database.all(
        `SELECT substr(at, 1, 10) AS day, model, route, COUNT(*) AS predictions, COUNT(DISTINCT request_id) AS requests,
          COUNT(DISTINCT unique_id) AS series, AVG(ms) AS mean_ms, MAX(ms) AS max_ms, AVG(y_hat) AS mean_y,
          MIN(y_hat) AS min_y, MAX(y_hat) AS max_y
          FROM predictions WHERE at >= $1 AND at < $2 GROUP BY substr(at, 1, 10), model, route ORDER BY 1, 2, 3`,
        [from, `${to}~`],
      );
      return rows.map((row): UsageRow => ({
        day: String(row.day),
        model: String(row.model),
        route: String(row.route),
        predictions: Number(row.predictions),
        requests: Number(row.requests),
        series: Number(row.series),
        meanMs: Number(row.mean_ms),
        maxMs: Number(row.max_ms),
        meanYHat: Number(row.mean_y),
        minYHat: Number(row.min_y),
        maxYHat: Number(row.max_y),
      }));
    },
    async putActuals(rows) {
      return await database.upsert(
        ACTUALS,
        lastOfEach(rows, ({ uniqueId, ds }) => `${uniqueId}\n${ds}`)
          .map(({ uniqueId, ds, y, receivedAt }) => [uniqueId, ds, y, receivedAt]),
      );
    },
    async actuals({ uniqueId, from, to }) {
      const values: Cell[] = [];
      const parts = uniqueId === undefined ? [] : [`unique_id = $${values.push(uniqueId)}`];
      parts.push(...range("ds", from, to, values));
      const rows = await database.all(`SELECT * FROM actuals${where(parts)} ORDER BY unique_id, ds`, values);
      return rows.map((row): Actual => ({
        uniqueId: String(row.unique_id),
        ds: String(row.ds),
        y: Number(row.y),
        receivedAt: String(row.received_at),
      }));
    },
    async outcomes({ from, to, limit = 1_000_000 }) {
      const values: Cell[] = [];
      const parts = range("f.ds", from, to, values);
      const rows = await database.all(
        `SELECT f.*, a.y FROM forecasts f JOIN actuals a ON a.unique_id = f.unique_id AND a.ds = f.ds${where(parts)}
          ORDER BY f.ds, f.unique_id, f.model, f.origin LIMIT $${values.push(limit)}`,
        values,
      );
      return rows.map((row): Outcome => {
        const { uniqueId, ds, model, origin, yHat, intervals } = forecastOf(row);
        return { uniqueId, ds, model, origin, yHat, intervals, y: Number(row.y) };
      });
    },
    async putOverrides(rows) {
      try {
        await database.upsert(
          OVERRIDES,
          rows.map((row) => [
            row.uniqueId,
            row.ds,
            row.revision,
            row.value,
            row.lo,
            row.hi,
            Number(row.withdrawn),
            row.reason,
            row.by,
            row.madeAt,
            row.statistical,
            row.model,
            row.requestId,
          ]),
        );
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw new OverrideConflictError(
          "Cannot keep these overrides as somebody changed one of them at the same time",
          {
            cause: error,
          },
        );
      }
    },
    async overrides({ uniqueId, from, to, history = false }) {
      if (uniqueId?.includes("\0")) return [];
      const values: Cell[] = [];
      const parts = uniqueId === undefined ? [] : [`unique_id = $${values.push(uniqueId)}`];
      parts.push(...range("ds", from, to, values));
      const rows = await database.all(
        `SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY unique_id, ds ORDER BY revision DESC) AS newest
          FROM overrides${where(parts)}) AS ranked${
          history ? "" : " WHERE newest = 1"
        } ORDER BY unique_id, ds, revision`,
        values,
      );
      return rows.map(overrideOf);
    },
    async trim(before, rows) {
      const [last] = await database.all("SELECT COALESCE(MAX(seq), 0) AS seq FROM predictions");
      await inSlices(database, "at", "at < $1", before);
      await inSlices(database, "seq", "seq <= $1", Number(last!.seq) - rows);
    },
    async counts() {
      const count = async (table: string) => Number((await database.all(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n);
      return {
        forecasts: await count("forecasts"),
        predictions: await count("predictions"),
        actuals: await count("actuals"),
      };
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Deletes logged predictions some at a time, and rests as long as that took: whoever writes the log must keep up. */
async function inSlices(database: SqlDatabase, order: string, condition: string, bound: Cell): Promise<void> {
  const slice = `SELECT seq FROM predictions WHERE ${condition} ORDER BY ${order} LIMIT ${SLICE}`;
  for (;;) {
    const began = performance.now();
    const gone = await database.change(`DELETE FROM predictions WHERE seq IN (${slice})`, [bound]);
    if (gone < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve, performance.now() - began));
  }
}

function forecastOf(row: Row): StoredForecast {
  return {
    uniqueId: String(row.unique_id),
    ds: String(row.ds),
    model: String(row.model),
    origin: String(row.origin),
    yHat: Number(row.y_hat),
    intervals: JSON.parse(String(row.intervals)),
    madeAt: String(row.made_at),
  };
}

function overrideOf(row: Row): Override {
  const number = (value: Cell | undefined) => value === null || value === undefined ? null : Number(value);
  return {
    uniqueId: String(row.unique_id),
    ds: String(row.ds),
    revision: Number(row.revision),
    value: number(row.value),
    lo: number(row.lo),
    hi: number(row.hi),
    withdrawn: Number(row.withdrawn) === 1,
    reason: String(row.reason),
    by: String(row.made_by),
    madeAt: String(row.made_at),
    statistical: Number(row.statistical),
    model: String(row.model),
    requestId: String(row.request_id),
  };
}

/** Whether a database refused a row since its keys are there: SQLite and PostgreSQL have a number for that each. */
function isDuplicate(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause as { code?: unknown; errcode?: unknown } : undefined;
  return cause?.code === "23505" || cause?.errcode === 1555 || cause?.errcode === 2067;
}

function predictionOf(row: Row): ServedPrediction {
  return {
    at: String(row.at),
    requestId: String(row.request_id),
    route: String(row.route),
    model: String(row.model),
    uniqueId: String(row.unique_id),
    ds: String(row.ds),
    yHat: Number(row.y_hat),
    hash: String(row.hash),
    changes: String(row.changes),
    origin: String(row.origin),
    ms: Number(row.ms),
  };
}

/** The last row of each key: a statement may touch a row only once. */
function lastOfEach<Item>(rows: readonly Item[], key: (row: Item) => string): readonly Item[] {
  const last = new Map(rows.map((row) => [key(row), row]));
  return last.size === rows.length ? rows : [...last.values()];
}
