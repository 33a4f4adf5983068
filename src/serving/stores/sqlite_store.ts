/**
 * Forecasts in SQLite: a file beside the models, no server needed.
 *
 * @module
 */
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
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
  const open = (synchronous: "FULL" | "NORMAL") => {
    const opened = new DatabaseSync(path);
    // Readers and one writer do not wait for one another.
    opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000`);
    return opened;
  };
  const database = explained(path, () => {
    if (path !== ":memory:") Deno.mkdirSync(dirname(path), { recursive: true });
    // What was committed survives a power cut.
    const opened = open("FULL");
    const types = { sequence: "INTEGER PRIMARY KEY AUTOINCREMENT", real: "REAL" };
    for (const statement of tableStatements(types)) opened.exec(statement);
    return opened;
  });
  // For the log of predictions, four times a second: waiting for the disk would hold up who asks for one.
  const relaxed = path === ":memory:" ? database : explained(path, () => open("NORMAL"));
  const statements = new Map<string, StatementSync>();
  const prepared = (text: string, by = database) => {
    const key = by === relaxed ? `relaxed ${text}` : text;
    let statement = statements.get(key);
    if (statement === undefined) statements.set(key, statement = by.prepare(text));
    return statement;
  };
  let closed = false;
  return {
    kind: "sqlite",
    // deno-lint-ignore require-await -- the contract is asynchronous: errors are rejections, not exceptions
    async all(text: string, values: readonly Cell[] = []) {
      return explained(path, () => prepared(text.replaceAll(/\$(\d+)/g, "?$1")).all(...values) as Row[]);
    },
    // deno-lint-ignore require-await -- as above
    async upsert(table: Table, rows: readonly (readonly Cell[])[]) {
      if (rows.length === 0) return 0;
      const { name, columns } = table, by = table.relaxed === true ? relaxed : database;
      const places = columns.map((_, k) => `?${k + 1}`).join(", ");
      const text = `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${places})${conflictClause(table)}`;
      return explained(path, () => {
        const statement = prepared(text, by);
        by.exec("BEGIN IMMEDIATE");
        try {
          let changed = 0;
          for (const row of rows) changed += Number(statement.run(...row).changes);
          by.exec("COMMIT");
          return changed;
        } catch (error) {
          by.exec("ROLLBACK");
          throw error;
        }
      });
    },
    // deno-lint-ignore require-await -- as above
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      statements.clear();
      if (relaxed !== database) relaxed.close();
      database.close();
    },
  };
}

function explained<Result>(path: string, attempt: () => Result): Result {
  try {
    return attempt();
  } catch (cause) {
    throw new StoreError(`Cannot use the SQLite file ${path}: ${(cause as Error).message}`, path, { cause });
  }
}
