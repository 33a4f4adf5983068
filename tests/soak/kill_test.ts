import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { random } from "@/core/random.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { PipelineDocument } from "@/pipeline/pipeline.ts";
import { mlflowFilesRegistry, readRuns } from "@/stores/mod.ts";
import { leftovers, snapshot, startTask, taskDocument } from "../support/command_line.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

const DATASET = "rossmann", NAME = `test-${DATASET}`, KILLS = 27;
const FLAGS = {
  dataset: DATASET,
  series: "3",
  steps: "260",
  windows: "1",
  models: "seasonal_naive,group_median,lightgbm",
};
const keys = keysOf(DATASET);

/** What a run writes when a stage has begun or is over, in that order: each is a place to wait for with a gun. */
const MOMENTS: readonly (readonly [name: string, written: (at: string) => Promise<number | undefined>])[] = [
  ["the start", (at) => changedAt(join(at, "logs", "pipeline.jsonl"))],
  ["validate", (at) => changedAt(join(at, "reports", DATASET, "validation", "raw.html"))],
  ["store", (at) => changedAt(join(at, "data", "raw", DATASET))],
  ["featurize", (at) => changedAt(join(at, keys.panelCard))],
  ["leakcheck", (at) => changedAt(join(at, keys.featuresCard))],
  ["train", (at) => changedAt(join(at, keys.leak))],
  ["evaluate", (at) => changedAt(join(at, keys.windowsCard))],
  ["register", (at) => changedAt(join(at, keys.evaluation))],
  ["report", (at) => changedAt(join(at, "mlruns", "models", NAME))],
];

/** Longest random wait after a moment: about as long as a stage of this size takes. */
const WAIT_MS = 250;

describe("a pipeline that is killed", { skip: Deno.build.os === "windows" }, () => {
  it(`at ${KILLS} random moments of all stages leaves nothing half written, and succeeds when it is run again`, async () => {
    await using calm = await workdir();
    const undisturbed = await taskDocument<PipelineDocument>("pipeline", { ...FLAGS, workdir: `${calm.path}/work` });
    const panel = (await snapshot(`${calm.path}/work/data/panel`))[`${DATASET}/panel.parquet`];

    await using at = await workdir();
    const chance = random(20), hits = new Map<string, number>();
    let reruns = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const [stage, written] = MOMENTS[kill % MOMENTS.length]!;
      const killed = await killedAfter(at, written, chance.next() * WAIT_MS);
      if (killed) hits.set(stage, (hits.get(stage) ?? 0) + 1);
      await expectWhole(at);

      const document = await taskDocument<PipelineDocument>("pipeline", { ...FLAGS, workdir: `${at.path}/work` });
      reruns++;
      expect(factsOf(document)).toEqual(factsOf(undisturbed));
      expect(factsOf(JSON.parse(await at.read(keys.metrics)))).toEqual(factsOf(undisturbed));
      expect((await snapshot(`${at.path}/work/data/panel`))[`${DATASET}/panel.parquet`]).toBe(panel);
      expect(await leftovers(`${at.path}/work`)).toEqual([]);
      const runs = await expectWhole(at);
      expect(runs.find(({ id }) => id === document.run.id)?.status).toBe("finished");
    }
    expect(reruns).toBe(KILLS);
    // Each stage was hit; a kill now and then comes too late, when the run has already ended.
    expect([...hits.keys()].sort()).toEqual(MOMENTS.map(([name]) => name).sort());
    expect([...hits.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(KILLS * 0.8);
  });
});

/** Starts a pipeline and kills it some time after it has written something; false when it ended before. */
async function killedAfter(
  at: Workdir,
  written: (path: string) => Promise<number | undefined>,
  wait: number,
): Promise<boolean> {
  const path = `${at.path}/work`, before = await written(path);
  const child = startTask("pipeline", { ...FLAGS, workdir: path });
  let ended = false;
  const status = child.status.then((status) => (ended = true, status));
  const drained = Promise.all([child.stdout, child.stderr].map((stream) => stream.pipeTo(new WritableStream())));
  while (!ended && (await written(path)) === before) await sleep(2);
  await sleep(wait);
  if (!ended) child.kill("SIGKILL");
  await drained;
  return (await status).signal === "SIGKILL";
}

/** Demands that whatever is there is whole: tables, documents, runs and registered models. */
async function expectWhole(at: Workdir) {
  const path = `${at.path}/work`, mlruns = join(path, "mlruns");
  for (const file of Object.keys(await snapshot(path))) {
    if (file.includes(".tmp-") || file.includes(".staging.trash")) continue;
    if (file.endsWith(".parquet")) expect(pl.readParquet(join(path, file)).height).toBeGreaterThan(0);
    if (file.endsWith(".json")) expect(() => JSON.parse(Deno.readTextFileSync(join(path, file)))).not.toThrow();
  }
  const runs = await readRuns(mlruns, NAME);
  const folders = await foldersBelow(mlruns, (name) => /^[0-9a-f]{32}$/.test(name));
  expect(runs.map(({ id }) => id).sort()).toEqual(folders.sort());
  for (const { params, tags } of runs) {
    expect(tags["mlflow.runName"]).toContain(DATASET);
    if (Object.keys(params).length > 0) expect(params["dataset"]).toBe(DATASET);
  }
  const registry = mlflowFilesRegistry(mlruns, { now: () => 0 });
  const versions = await registry.versions(NAME);
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, k) => k + 1));
  for (const version of versions) {
    expect(version.stage).toBe("Staging");
    expect(Object.keys(await registry.files(version))).toContain("card.json");
    expect(runs.map(({ id }) => id)).toContain(version.runId);
  }
  return runs;
}

function factsOf({ scores, backtest, champion, holdout, leak }: PipelineDocument) {
  return { scores, backtest, champion, holdout, leak };
}

async function foldersBelow(root: string, wanted: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const experiment of await list(root)) {
    if (/^\d+$/.test(experiment)) found.push(...(await list(join(root, experiment))).filter(wanted));
  }
  return found;
}

async function list(folder: string): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
}

const changedAt = (file: string): Promise<number | undefined> =>
  Deno.stat(file).then(({ mtime }) => mtime?.getTime(), () => undefined);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
