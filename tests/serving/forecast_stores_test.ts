import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { StoreError } from "@/core/errors.ts";
import { parquetStore } from "@/serving/stores/parquet_store.ts";
import { postgresStore } from "@/serving/stores/postgres_store.ts";
import { sqliteStore } from "@/serving/stores/sqlite_store.ts";
import { forecastStoreContract } from "../contracts/forecast_store_contract.ts";

forecastStoreContract("SQLite in memory", () => Promise.resolve(sqliteStore(":memory:")));

forecastStoreContract("SQLite in a file", async () => {
  const folder = await Deno.makeTempDir();
  const store = sqliteStore(`${folder}/forecasts.sqlite`);
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
});

forecastStoreContract("Parquet in a folder", async () => {
  const folder = await Deno.makeTempDir();
  const store = parquetStore(folder);
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
});

describe("a store that cannot be reached rejects with a StoreError", () => {
  it("a PostgreSQL that is not there", async () => {
    await using store = postgresStore("postgres://nobody:secret@127.0.0.1:1/none");
    const error = await store.counts().catch((error) => error);
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).not.toContain("secret");
  });

  it("a file that is no database", async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeTextFile(path, "this is no database, although it is long enough to be read as one".repeat(50));
    expect(() => sqliteStore(path)).toThrow(StoreError);
    await Deno.remove(path);
  });

  it("an SQLite file keeps what it was given when it is opened again", async () => {
    const folder = await Deno.makeTempDir(), path = `${folder}/a.sqlite`;
    {
      await using store = sqliteStore(path);
      await store.putActuals([{ uniqueId: "1", ds: "2015-08-01", y: 1, receivedAt: "2015-08-02T06:00:00Z" }]);
    }
    await using again = sqliteStore(path);
    expect((await again.counts()).actuals).toBe(1);
    await Deno.remove(folder, { recursive: true });
  });
});
