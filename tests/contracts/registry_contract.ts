/**
 * What every registry does: one suite, run over all of them.
 *
 * @module
 */
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { ModelUnavailableError } from "@/core/errors.ts";
import type { Registry } from "@/core/registry.ts";
import type { Tracker } from "@/core/tracker.ts";

/** A fresh, empty registry, and the tracker whose runs it registers from. */
export interface RegistryFixture extends AsyncDisposable {
  readonly tracker: Tracker;
  readonly registry: Registry;
}

/** A finished run that holds a small model under `model/`. */
export async function runWithModel(tracker: Tracker, files: Readonly<Record<string, string>> = MODEL): Promise<string> {
  await using run = await tracker.start("rossmann", "lightgbm");
  for (const [name, text] of Object.entries(files)) await run.artifact(`model/${name}`, text);
  return run.id;
}

const MODEL = { "model.txt": "tree\nsplit 0.5\n", "card.json": '{"kind":"lightgbm"}' };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** Runs the suite over one registry. */
export function registryContract(name: string, open: () => Promise<RegistryFixture>): void {
  describe(`${name} as a registry`, () => {
    it("has no versions of a model that was never registered", async () => {
      await using fixture = await open();
      expect(await fixture.registry.versions("rossmann")).toEqual([]);
      expect(await fixture.registry.byAlias("rossmann", "champion")).toBeUndefined();
    });

    it("numbers versions from 1 and lists them, oldest first", async () => {
      await using fixture = await open();
      const runs = [await runWithModel(fixture.tracker), await runWithModel(fixture.tracker)];
      const first = await fixture.registry.register("rossmann", { runId: runs[0]!, path: "model" }, {
        stage: "Staging",
        description: "the first",
        tags: { metric: "rmspe", note: "two words" },
      });
      const second = await fixture.registry.register("rossmann", { runId: runs[1]!, path: "model" });
      expect(first).toMatchObject({
        name: "rossmann",
        version: 1,
        stage: "Staging",
        runId: runs[0],
        description: "the first",
        tags: { metric: "rmspe", note: "two words" },
      });
      expect(second).toMatchObject({ version: 2, stage: "None", runId: runs[1], description: "", tags: {} });
      expect(await fixture.registry.versions("rossmann")).toEqual([first, second]);
    });

    it("hands out the run's files, sealed", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const files = await fixture.registry.files(
        await fixture.registry.register("rossmann", { runId, path: "model" }),
      );
      expect(text(files["model.txt"])).toBe(MODEL["model.txt"]);
      expect(text(files["card.json"])).toBe(MODEL["card.json"]);
      expect(JSON.parse(text(files["checksums.json"]))["model.txt"]).toMatch(/^[0-9a-f]{64}$/);
    });

    it("registers one run twice as two versions", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const versions = [];
      for (const model of ["rossmann", "rossmann", "walmart"]) {
        versions.push(await fixture.registry.register(model, { runId, path: "model" }));
      }
      expect(versions.map(({ version }) => version)).toEqual([1, 2, 1]);
      for (const version of versions) {
        expect(text((await fixture.registry.files(version))["model.txt"])).toContain("tree");
      }
    });

    it("keeps a version's files when its run is written to again", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const first = await fixture.registry.register("rossmann", { runId, path: "model" });
      const again = await fixture.tracker.resume(runId);
      await again.artifact("model/model.txt", "another tree");
      await again[Symbol.asyncDispose]();
      const second = await fixture.registry.register("rossmann", { runId, path: "model" });
      expect(text((await fixture.registry.files(first))["model.txt"])).toBe(MODEL["model.txt"]);
      expect(text((await fixture.registry.files(second))["model.txt"])).toBe("another tree");
    });

    it("gives registrations at the same time different numbers", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const made = await Promise.all(
        Array.from({ length: 8 }, () => fixture.registry.register("rossmann", { runId, path: "model" })),
      );
      expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await fixture.registry.versions("rossmann")).toHaveLength(8);
    });

    it("moves a version to a stage, and archives what was there when asked to", async () => {
      await using fixture = await open();
      const { registry } = fixture, runId = await runWithModel(fixture.tracker);
      for (let version = 1; version <= 3; version++) await registry.register("rossmann", { runId, path: "model" });
      const stages = async () => (await registry.versions("rossmann")).map(({ stage }) => stage);
      await registry.transition("rossmann", 1, "Production");
      expect(await registry.transition("rossmann", 2, "Production")).toMatchObject({ version: 2, stage: "Production" });
      expect(await stages()).toEqual(["Production", "Production", "None"]);
      await registry.transition("rossmann", 3, "Production", { archive: true });
      expect(await stages()).toEqual(["Archived", "Archived", "Production"]);
      await expect(registry.transition("rossmann", 4, "Production")).rejects.toThrow("there are 1, 2, 3");
    });

    it("adds tags to a version, and replaces those of the same name", async () => {
      await using fixture = await open();
      const { registry } = fixture, runId = await runWithModel(fixture.tracker);
      await registry.register("rossmann", { runId, path: "model" }, { tags: { gate: "open", note: "kept" } });
      await registry.tag("rossmann", 1, { gate: "passed", "shelfcast.approval.anna": '{"a":1}' });
      const [version] = await registry.versions("rossmann");
      expect(version!.tags).toEqual({ gate: "passed", note: "kept", "shelfcast.approval.anna": '{"a":1}' });
      await expect(registry.tag("rossmann", 2, { gate: "passed" })).rejects.toThrow(RangeError);
    });

    it("finds a version by alias, and moves the alias", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const first = await fixture.registry.register("rossmann", { runId, path: "model" });
      const second = await fixture.registry.register("rossmann", { runId, path: "model" });
      await fixture.registry.alias("rossmann", "champion", 1);
      expect(await fixture.registry.byAlias("rossmann", "champion")).toEqual(first);
      await fixture.registry.alias("rossmann", "champion", 2);
      expect(await fixture.registry.byAlias("rossmann", "champion")).toEqual(second);
      expect(await fixture.registry.byAlias("rossmann", "challenger")).toBeUndefined();
    });

    it("lists the models and a model's aliases, and takes an alias away", async () => {
      await using fixture = await open();
      const { registry, tracker } = fixture;
      expect([await registry.models(), await registry.aliases("rossmann")]).toEqual([[], {}]);
      const runId = await runWithModel(tracker);
      for (const name of ["walmart", "rossmann", "rossmann"]) await registry.register(name, { runId, path: "model" });
      await registry.alias("rossmann", "champion", 1);
      await registry.alias("rossmann", "challenger", 2);
      expect(await registry.models()).toEqual(["rossmann", "walmart"]);
      expect(await registry.aliases("rossmann")).toEqual({ champion: 1, challenger: 2 });
      await registry.unalias("rossmann", "challenger");
      await registry.unalias("rossmann", "challenger");
      expect(await registry.aliases("rossmann")).toEqual({ champion: 1 });
      expect(await registry.aliases("walmart")).toEqual({});
    });

    it("refuses an alias for a version that is not there, or that MLflow keeps to itself", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      await fixture.registry.register("rossmann", { runId, path: "model" });
      await expect(fixture.registry.alias("rossmann", "champion", 7)).rejects.toThrow("there are 1");
      for (const bad of ["", "latest", "v2", "../up", "two words"]) {
        await expect(fixture.registry.alias("rossmann", bad, 1)).rejects.toThrow(RangeError);
      }
    });

    it("refuses a run that is not there, or holds no model, and makes no version", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      await expect(fixture.registry.register("rossmann", { runId: "f".repeat(32), path: "model" })).rejects.toThrow(
        "no such run",
      );
      await expect(fixture.registry.register("rossmann", { runId, path: "other" })).rejects.toThrow(
        "it has no files under other/",
      );
      await expect(fixture.registry.register("rossmann", { runId, path: "../model" })).rejects.toThrow(RangeError);
      expect(await fixture.registry.versions("rossmann")).toEqual([]);
    });

    it("refuses names of models that MLflow would not take", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      for (const bad of ["", " ", "a/b", "..", "a:b", "50%", "a\\b"]) {
        await expect(fixture.registry.register(bad, { runId, path: "model" })).rejects.toThrow(RangeError);
        await expect(fixture.registry.versions(bad)).rejects.toThrow(RangeError);
      }
    });

    it("refuses to register files that do not match the checksums they came with", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker, { ...MODEL, "checksums.json": '{"model.txt":"00"}' });
      await expect(fixture.registry.register("rossmann", { runId, path: "model" })).rejects.toThrow(
        ModelUnavailableError,
      );
    });

    it("refuses the files of a version that is not there", async () => {
      await using fixture = await open();
      const runId = await runWithModel(fixture.tracker);
      const version = await fixture.registry.register("rossmann", { runId, path: "model" });
      await expect(fixture.registry.files({ ...version, version: 2 })).rejects.toThrow(ModelUnavailableError);
    });
  });
}
