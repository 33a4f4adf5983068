import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { featurize } from "@/pipeline/featurize.ts";
import { ingest } from "@/pipeline/ingest.ts";
import { lineageChain, lineageFolder } from "@/pipeline/record_lineage.ts";
import { MissingInputError } from "@/core/errors.ts";
import { workdir } from "../support/workdir.ts";

const FEATURES = "data/features/walmart/features.parquet", PANEL = "data/panel/walmart/panel.parquet";

async function featurized(at: Awaited<ReturnType<typeof workdir>>) {
  const context = await at.context({ dataset: "walmart", series: 4, steps: 170 });
  const { panel } = await ingest(context);
  await featurize(context, panel);
  return context;
}

describe("lineage", () => {
  it("follows features to the panel and to the raw bytes, in OpenLineage's shape", async () => {
    await using at = await workdir();
    const context = await featurized(at);
    const links = await lineageChain(context, FEATURES);
    expect(links.map(({ artefact, depth }) => [artefact.name, depth]).slice(0, 3)).toEqual([
      [FEATURES, 0],
      [PANEL, 1],
      ["data/raw/walmart/features.csv", 2],
    ]);
    expect(links.filter(({ broken }) => broken !== null)).toEqual([]);
    expect(links.at(-1)!.event).toMatchObject({ job: { name: "walmart.fetch" }, inputs: [] });
    expect(links.at(-1)!.artefact.source).toMatch(/^synthetic /);
    const event = links[0]!.event!;
    expect(event).toMatchObject({
      eventType: "COMPLETE",
      schemaURL: expect.stringContaining("OpenLineage.json#/$defs/RunEvent"),
      job: { namespace: "shelfcast", name: "walmart.featurize" },
    });
    expect(event.run.facets.shelfcast_run.params).toMatchObject({ dataset: "walmart" });
    for (const { facets } of [...event.inputs, ...event.outputs]) {
      expect(facets.version._schemaURL).toContain("DatasetVersionDatasetFacet.json");
      expect(facets.version.datasetVersion).toMatch(/^[0-9a-f]{64}$/);
    }
    const kept = await Array.fromAsync(context.store.list(`${lineageFolder("walmart")}/`));
    expect(kept.map((key) => key.replace(/.*\/walmart\//, ""))).toEqual([
      "data_features_walmart_features.parquet.json",
      "data_panel_walmart_panel.parquet.json",
      "data_raw_walmart_features.csv.json",
      "data_raw_walmart_stores.csv.json",
      "data_raw_walmart_test.csv.json",
      "data_raw_walmart_train.csv.json",
    ]);
  });

  it("names the link that no longer matches", async () => {
    await using at = await workdir();
    const context = await featurized(at);
    const raw = "data/raw/walmart/stores.csv";
    await context.store.put(raw, `${await at.read(`${raw}`)}\n`);
    const broken = async () =>
      (await lineageChain(context, FEATURES)).flatMap(({ artefact, broken }) =>
        broken === null ? [] : [[artefact.name, broken]]
      );
    expect(await broken()).toEqual([[raw, expect.stringMatching(/^it has the hash .* and was recorded with /)]]);
    await context.store.delete(PANEL);
    expect((await broken())[0]).toEqual([PANEL, "it is not there any more"]);
  });

  it("notices that features were made from a panel of before", async () => {
    await using at = await workdir();
    const context = await featurized(at);
    await ingest(await at.context({ dataset: "walmart", series: 5, steps: 170 }));
    const links = await lineageChain(context, FEATURES);
    expect(links.find(({ artefact }) => artefact.name === PANEL)!.broken).toContain("walmart.ingest made");
  });

  it("says what is known when something is not", async () => {
    await using at = await workdir();
    const context = await featurized(at);
    await expect(lineageChain(context, "model.bin")).rejects.toThrow(MissingInputError);
    await expect(lineageChain(context, "model.bin")).rejects.toThrow(PANEL);
  });
});
