/**
 * Forecasts in SQLite: a file beside the models, no server needed.
 *
 * @module
 */
import { dirname } from "node:path";
import type { StatementSync } from "node:sqlite";
import { StoreError } from "@/core/errors.ts";
import type { ForecastStore } from "@/serving/stores/forecast_store.ts";
import {
  type Cell,
  conflictClause,
  type Row,
  type SqlDatabase,
  sqlForecastStore,
  type Table,
  tableStatements,
} from "@/serving/stores/sql_store.ts";
import { openSqliteFile, runForAll } from "@/serving/stores/sqlite_file.ts";
import { WritingThread } from "@/serving/stores/writing_thread.ts";

/**
 * Opens a store in an SQLite file, which is made when it is not there; `:memory:` keeps it in memory.
 *
 * Requires `--allow-read` and `--allow-write`.
 *
 * @throws {StoreError} If the file cannot be opened or is no database.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
 *
 * await using store = sqliteStore(":memory:");
 * const actual = { uniqueId: "1", ds: "2015-08-01", y: 5263, receivedAt: "2015-08-02T06:00:00Z" };
 * expect(await store.putActuals([actual])).toBe(1);
 * expect(await store.putActuals([actual])).toBe(0);
 * ```
 */
export function sqliteStore(path: string): ForecastStore {
  return sqlForecastStore(openSqlite(path));
}

function openSqlite(path: string): SqlDatabase {
  const database = explained(path, () => {
    if (path !== ":memory:") Deno.mkdirSync(dirname(path), { recursive: true });
    const opened = openSqliteFile(path, "FULL");
    const types = { sequence: "INTEGER PRIMARY KEY AUTOINCREMENT", real: "REAL" };
    for (const statement of tableStatements(types)) opened.exec(statement);
    return opened;
  });
  // For the log of predictions, which is written all the time and trimmed now and then. Memory is nobody else's.
  const thread = path === ":memory:" ? undefined : new WritingThread(path);
  const statements = new Map<string, StatementSync>();
  const prepared = (text: string) => {
    let statement = statements.get(text);
    if (statement === undefined) statements.set(text, statement = database.prepare(text));
    return statement;
  };
  const here = (text: string, rows: readonly (readonly Cell[])[]) =>
    explained(path, () => runForAll(database, prepared(text), rows));
  const apart = async (text: string, rows: readonly (readonly Cell[])[]) => {
    if (thread === undefined) return here(text, rows);
    return await thread.write(text, rows).catch((error) => {
      throw unusable(path, error);
    });
  };
  let closed = false;
  return {
    kind: "sqlite",
    // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
    async all(text: string, values: readonly Cell[] = []) {
      return explained(path, () => prepared(numbered(text)).all(...values) as Row[]);
    },
    async upsert(table: Table, rows: readonly (readonly Cell[])[]) {
      if (rows.length === 0) return 0;
      const { name, columns } = table;
      const places = columns.map((_, k) => `?${k + 1}`).join(", ");
      const text = `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${places})${conflictClause(table)}`;
      return await (table.relaxed === true ? apart(text, rows) : here(text, rows));
    },
    async change(text: string, values: readonly Cell[]) {
      return await apart(numbered(text), [values]);
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await thread?.[Symbol.asyncDispose]();
      statements.clear();
      database.close();
    },
  };
}

/** SQLite's own way to number parameters. */
const numbered = (text: string): string => text.replaceAll(/\$(\d+)/g, "?$1");

function explained<Result>(path: string, attempt: () => Result): Result {
  try {
    return attempt();
  } catch (cause) {
    throw unusable(path, cause as Error);
  }
}

function unusable(path: string, cause: Error): StoreError {
  return new StoreError(`Cannot use the SQLite file ${path}: ${cause.message}`, path, { cause });
}
