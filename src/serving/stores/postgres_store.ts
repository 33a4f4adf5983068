/**
 * Forecasts in PostgreSQL: where several servers share what they know.
 *
 * @module
 */
import postgres from "postgres";
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

/** Parameters of one statement: the protocol counts them in 16 bits. */
const MOST_PARAMETERS = 60_000;

/**
 * Opens a store in PostgreSQL; its tables are made where they are missing.
 *
 * The connection is made by the first statement, and again after it was lost: until then each call rejects.
 *
 * @param url `postgres://user:password@host:5432/database`
 * @param options.schema The schema of the tables; `public` by default.
 */
export function postgresStore(url: string, { schema = "public" }: { readonly schema?: string } = {}): ForecastStore {
  return sqlForecastStore(openPostgres(url, schema));
}

function openPostgres(url: string, schema: string): SqlDatabase {
  const sql = postgres(url, {
    max: 4,
    connect_timeout: 3,
    onnotice: () => {},
    connection: { search_path: schema },
    // Counts come as 64-bit integers, which JavaScript's numbers hold up to 2^53.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });
  let tables: Promise<unknown> | undefined;
  // Two servers may start at the same moment: the lock lets one make the tables.
  const makeTables = () =>
    sql.begin(async (one) => {
      await one`SELECT pg_advisory_xact_lock(7265313)`;
      await one.unsafe(`CREATE SCHEMA IF NOT EXISTS "${schema.replaceAll('"', '""')}"`);
      const types = { sequence: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", real: "DOUBLE PRECISION" };
      for (const statement of tableStatements(types)) await one.unsafe(statement);
    });
  const ready = async () => {
    tables ??= makeTables();
    try {
      await tables;
    } catch (error) {
      tables = undefined;
      throw error;
    }
  };
  return {
    kind: "postgres",
    async all(text: string, values: readonly Cell[] = []) {
      return await explained(async () => {
        await ready();
        return await sql.unsafe(text, [...values]) as unknown as Row[];
      });
    },
    async change(text: string, values: readonly Cell[]) {
      return await explained(async () => {
        await ready();
        return (await sql.unsafe(text, [...values])).count;
      });
    },
    async upsert(table: Table, rows: readonly (readonly Cell[])[]) {
      if (rows.length === 0) return 0;
      const { name, columns } = table, width = columns.length;
      const most = Math.floor(MOST_PARAMETERS / width);
      return await explained(async () => {
        await ready();
        return await sql.begin(async (one) => {
          let changed = 0;
          for (let from = 0; from < rows.length; from += most) {
            const part = rows.slice(from, from + most);
            const places = part.map((_, i) => `(${columns.map((_, k) => `$${i * width + k + 1}`).join(", ")})`);
            const text = `INSERT INTO ${name} (${columns.join(", ")}) VALUES ${places.join(", ")}${
              conflictClause(table)
            }`;
            changed += (await one.unsafe(text, part.flat())).count;
          }
          return changed;
        });
      });
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 2 });
    },
  };
}

async function explained<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (cause) {
    // The address may hold a password: it is named nowhere.
    throw new StoreError(`Cannot use PostgreSQL: ${(cause as Error).message}`, "DATABASE_URL", { cause });
  }
}
