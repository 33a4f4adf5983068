import { after, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { postgresStore } from "@/serving/stores/postgres_store.ts";
import { forecastStoreContract } from "../contracts/forecast_store_contract.ts";
import { postgresPrograms, startPostgres } from "../support/postgres.ts";

const programs = postgresPrograms();
const server = programs === undefined ? undefined : await startPostgres(programs);
after(() => server?.[Symbol.asyncDispose]());
const skip = server === undefined ? "PostgreSQL is not installed here (Debian: apt-get install postgresql)" : undefined;
let schemas = 0;
const open = () => Promise.resolve(postgresStore(server!.url, { schema: `test_${schemas++}` }));

forecastStoreContract("PostgreSQL", open, skip === undefined ? {} : { skip });

describe("a PostgreSQL that goes away and comes back", { skip: skip !== undefined }, () => {
  it("is used again, and has what it had acknowledged", async () => {
    await using store = await open();
    const actual = { uniqueId: "1", ds: "2015-08-01", y: 5, receivedAt: "2015-08-02T06:00:00Z" };
    expect(await store.putActuals([actual])).toBe(1);
    await server!.stop();
    await expect(store.putActuals([actual])).rejects.toThrow("Cannot use PostgreSQL");
    await server!.start();
    expect(await store.putActuals([actual])).toBe(0);
  });

  it("two servers may open it at the same moment", async () => {
    await using a = postgresStore(server!.url, { schema: "shared" });
    await using b = postgresStore(server!.url, { schema: "shared" });
    const actual = { uniqueId: "1", ds: "2015-08-01", y: 5, receivedAt: "2015-08-02T06:00:00Z" };
    const changed = await Promise.all([a.putActuals([actual]), b.putActuals([actual])]);
    expect(changed.reduce((sum, one) => sum + one)).toBe(1);
  });
});
