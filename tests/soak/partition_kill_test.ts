import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { readDriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { directoryStore } from "@/stores/mod.ts";
import { killTask, leftovers, snapshot, taskDocument } from "../support/command_line.ts";
import { DATASET, governed, intoProduction } from "../support/governed.ts";
import { workdir } from "../support/workdir.ts";

const FLAGS = { dataset: "store-item", series: "8", steps: "400" };

const POOLED = { model: "factor_model" };

/** The stages of a run in two parts, and what joins them: each is a place to die. */
const STEPS: readonly (readonly [task: string, flags: Readonly<Record<string, string>>])[] = [
  ["ingest", { partition: "1/2" }],
  ["ingest", { partition: "2/2" }],
  ["merge", { stage: "ingest", parts: "2" }],
  ...[1, 2, 3, 4].flatMap((round) =>
    [
      ["summarize", { partition: "1/2", round: `${round}` }],
      ["summarize", { partition: "2/2", round: `${round}` }],
      ["merge", { stage: "summarize", parts: "2", round: `${round}` }],
    ] as const
  ),
  ["featurize", { partition: "1/2" }],
  ["featurize", { partition: "2/2" }],
  ["merge", { stage: "featurize", parts: "2" }],
  ...["1/2", "2/2"].map((partition) => ["summarize", { partition, for: "fit", ...POOLED }] as const),
  ["merge", { stage: "summarize", parts: "2", for: "fit", ...POOLED }],
  ...["1/2", "2/2"].map((partition) => ["fit", { partition, ...POOLED }] as const),
  ["merge", { stage: "fit", parts: "2", ...POOLED }],
];

/** The stages after a model is in production. */
const LATER: typeof STEPS = [
  ...["1/2", "2/2"].map((partition) => ["ingest", { partition }] as const),
  ["merge", { stage: "ingest", parts: "2", index: "" }],
  ...[1, 2, 3, 4].flatMap((round) =>
    [
      ["summarize", { partition: "1/2", for: "forecast", round: `${round}` }],
      ["summarize", { partition: "2/2", for: "forecast", round: `${round}` }],
      ["merge", { stage: "summarize", parts: "2", for: "forecast", round: `${round}` }],
    ] as const
  ),
  ...(["forecast", "evaluate"] as const).flatMap((task) =>
    [
      [task, { partition: "1/2" }],
      [task, { partition: "2/2" }],
      ["merge", { stage: task, parts: "2" }],
    ] as const
  ),
  ...["1/2", "2/2"].map((partition) => ["summarize", { partition, for: "monitor" }] as const),
  ["merge", { stage: "summarize", parts: "2", for: "monitor" }],
  ...["1/2", "2/2"].map((partition) => ["monitor", { partition }] as const),
  ["merge", { stage: "monitor", parts: "2" }],
];

/** What does not tell when and where it was made. */
const madeIn = async (path: string) =>
  Object.fromEntries(
    Object.entries(await snapshot(path)).filter(([key]) =>
      /^data\/(partitions|panel|features|predictions)\//.test(key)
    ),
  );

/** Runs steps in one folder, and in another one where each is killed first; returns how many kills hit. */
async function killed(
  steps: typeof STEPS,
  always: Readonly<Record<string, string>>,
  { calm, at, seed }: { readonly calm: string; readonly at: string; readonly seed: number },
): Promise<number> {
  const chance = random(seed);
  let hits = 0;
  for (const [task, { index, ...own }] of steps) {
    const flags = { ...always, ...own, ...index === undefined ? {} : { index: true as const } };
    const start = performance.now();
    await taskDocument(task, { ...flags, workdir: calm });
    const wait = (0.2 + 0.7 * chance.next()) * (performance.now() - start);
    if (await killTask(task, { ...flags, workdir: at }, wait)) hits++;
    await taskDocument(task, { ...flags, workdir: at });
  }
  expect(await madeIn(at)).toEqual(await madeIn(calm));
  expect(await leftovers(at)).toEqual([]);
  return hits;
}

describe("partitions and merges that are killed", { skip: Deno.build.os === "windows" }, () => {
  it("leave nothing half written, and the same bytes when they are run again", async () => {
    await using calm = await workdir();
    await using at = await workdir();
    const hits = await killed(STEPS, FLAGS, { calm: `${calm.path}/work`, at: `${at.path}/work`, seed: 9 });
    expect(hits).toBeGreaterThan(STEPS.length / 3);
  });

  it("forecast, evaluate and monitor as well, with a model in production", async () => {
    await using shop = await governed();
    await intoProduction(shop);
    await using other = await workdir();
    const calm = shop.context.store.location, at = `${other.path}/work`;
    for await (const key of shop.context.store.list("")) {
      const bytes = await shop.context.store.get(key);
      if (bytes !== undefined) await directoryStore(at).put(key, bytes);
    }
    const flags = { dataset: DATASET, series: "4", steps: "320", windows: "2", models: "seasonal_naive,lightgbm" };
    const hits = await killed(LATER, flags, { calm, at, seed: 11 });
    expect(hits).toBeGreaterThan(LATER.length / 3);
    const made = Object.keys(await madeIn(calm));
    for (const kind of ["forecast", "evaluate", "monitor"]) {
      expect(made.filter((key) => key.startsWith(`data/partitions/${DATASET}/${kind}/2/`)).length).toBeGreaterThan(2);
    }
    const summaries = await Promise.all([calm, at].map(async (folder) => {
      const { checkedAt: _, ...summary } = await readDriftSummary(directoryStore(folder), DATASET);
      return summary;
    }));
    expect(summaries[1]).toEqual(summaries[0]);
  });
});
