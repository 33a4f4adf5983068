import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DatasetError, GateError, ModelUnavailableError, ParamsError } from "@/core/errors.ts";
import { openContext } from "@/pipeline/context.ts";
import { modelFilesOf } from "@/pipeline/forecast.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { reproduce } from "@/pipeline/reproduce.ts";
import { restore } from "@/pipeline/restore.ts";
import { verified } from "@/stores/mod.ts";
import { leftovers, snapshot } from "../support/command_line.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

const MODELS = { models: ["seasonal_naive", "lightgbm"], windows: 1 };

describe("reproduce()", () => {
  it("makes a run's model again, byte by byte, and leaves the working folder as it is", async () => {
    await using work = await workdir();
    const context = await work.context({ ...MODELS, series: 3, steps: 300 });
    const { run } = await pipeline(context);
    const before = await snapshot(context.store.location);
    const done = await reproduce(context, run.id);
    expect(Object.keys(done.files)).toEqual(expect.arrayContaining(["model.txt", "model.json"]));
    expect(done).toMatchObject({ run: run.id, source: "synthetic" });
    expect(await snapshot(context.store.location)).toEqual(before);
  });

  it("takes the params of the run, not those of today", async () => {
    await using work = await workdir();
    const { run } = await pipeline(await work.context({ ...MODELS, series: 3, steps: 300, seed: 5, horizon: 20 }));
    const today = await work.context({ series: 9, steps: 500, seed: 1 });
    expect((await reproduce(today, run.id)).run).toBe(run.id);
  });

  it("uses the raw files of the run while they are there, and says when one row of them was changed", async () => {
    await using work = await workdir();
    const files = rawFiles("rossmann", { series: 3, steps: 300 });
    const source = await work.source("rossmann", files);
    const context = await work.context({ ...MODELS, source });
    const { run } = await pipeline(context);
    const train = files["train.csv"]!.trimEnd().split("\n");
    const sale = train.findLastIndex((line) => /,[1-9]\d{3},/.test(line));
    train[sale] = train[sale]!.replace(/,[1-9]\d{3},/, ",4321,");
    await work.source("rossmann", { "train.csv": `${train.join("\n")}\n` });
    // The working folder still has the old ones.
    expect((await reproduce(context, run.id)).source).toBe(context.store.path("data/raw/rossmann"));
    await pipeline(context);
    await expect(reproduce(context, run.id)).rejects.toThrow(DatasetError);
    await expect(reproduce(context, run.id)).rejects.toThrow(/its data is not at hand.*fingerprint/);
  });

  it("names each file that is not the same", async () => {
    await using work = await workdir();
    const context = await work.context({ ...MODELS, series: 3, steps: 300 });
    const { run } = await pipeline(context);
    const other = await context.tracker.resume(run.id);
    await other.artifact("model/model.txt", "another tree");
    await other[Symbol.asyncDispose]();
    const refused = await reproduce(context, run.id).then(() => undefined, (error) => error as GateError);
    expect(refused).toBeInstanceOf(GateError);
    expect(refused!.findings.filter(({ passed }) => !passed).map(({ table }) => table)).toEqual(["model.txt"]);
  });

  it("knows which runs there are", async () => {
    await using work = await workdir();
    const context = await work.context();
    const unknown = reproduce(context, "0af7651916cd43dd8448eb211c80319c");
    await expect(unknown).rejects.toThrow(ModelUnavailableError);
    await expect(unknown).rejects.toThrow("as none is recorded in test-rossmann");
  });
});

describe("restore()", () => {
  it("brings model, card and params into an empty checkout, whole and loadable", async () => {
    await using work = await workdir();
    await using empty = await workdir();
    const context = await work.context({ ...MODELS, series: 3, steps: 300, seed: 5 });
    const { run } = await pipeline(context);
    const blank = await empty.context();
    const restored = await restore(blank, 1, { from: context.store.path("mlruns") });
    expect(restored).toMatchObject({ name: "test-rossmann", version: 1, champion: "lightgbm" });

    const files: Record<string, Uint8Array<ArrayBuffer>> = {};
    for (const name of restored.files) files[name] = await Deno.readFile(join(restored.folder, name));
    expect(Object.keys(verified(files, "restored"))).toHaveLength(restored.files.length);
    const [version] = await context.registry.versions("test-rossmann");
    const there = modelFilesOf(await context.registry.files(version!));
    for (const [name, bytes] of Object.entries(there)) expect(files[name]).toEqual(bytes);

    // Its params make the same run again.
    const workdirPath = join(empty.path, "again");
    const paramsFile = join(restored.folder, "params.yaml");
    const again = await openContext({ paramsFile, workdir: workdirPath });
    expect(again.params).toEqual({ ...context.params });
    expect((await pipeline(again)).scores).toEqual(
      (await context.tracker.artifactOf(run.id, "evaluation.json")
        .then((bytes) => JSON.parse(new TextDecoder().decode(bytes)))).scores,
    );
    expect(await leftovers(empty.path)).toEqual([]);
  });

  it("says what is not there", async () => {
    await using work = await workdir();
    const context = await work.context();
    await expect(restore(context, 3)).rejects.toThrow("Cannot find a registered model named test-rossmann");
    await expect(restore(context, 3, { from: join(work.path, "no", "where") })).rejects.toThrow(ParamsError);
  });
});
