import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DATA_DOCS, recordValidation } from "@/pipeline/record_validation.ts";
import { workdir } from "../support/workdir.ts";

describe("recordValidation()", () => {
  it("removes what a killed run left in its own folder, and no page", async () => {
    await using work = await workdir();
    const context = await work.context(), { store } = context;
    const killed = `${DATA_DOCS}/2026-11-22T05-23-28-403Z_rossmann_raw`;
    await store.put(`${killed}/rows.csv`, "a\n1\n");
    await Deno.writeTextFile(`${store.path(killed)}/index.html.tmp-b65af4152c94`, "<!doct");

    const page = await recordValidation(context, { dataset: "rossmann", stage: "raw" }, []);
    expect([...Deno.readDirSync(store.path(killed))].map(({ name }) => name)).toEqual(["rows.csv"]);
    expect(await store.get(page)).toBeDefined();
  });
});
