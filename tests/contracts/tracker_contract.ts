/**
 * What every tracker does: one suite, run over all of them.
 *
 * @module
 */
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Tracker } from "@/core/tracker.ts";

/** A fresh, empty tracker. */
export interface TrackerFixture extends AsyncDisposable {
  readonly tracker: Tracker;
}

/** A clock that is one second later at each look, from 2026 on. */
export function tickingClock(): () => number {
  let now = 1_767_225_600_000;
  return () => now += 1_000;
}

/** Runs the suite over one tracker. */
export function trackerContract(name: string, open: () => Promise<TrackerFixture>): void {
  describe(`${name} as a tracker`, () => {
    it("keeps what was recorded in a run", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("rossmann/spine", "lightgbm, all features");
      await run.params({ model: "lightgbm", rounds: 100, early: true, text: 'quoted: "a"\nand a second line' });
      await run.metrics({ rmspe: 0.125 });
      await run.metrics({ "fold 1/rmspe": 0.5 }, 1);
      await run.metrics({ "fold 1/rmspe": 0.25 }, 2);
      await run.history({ "valid.rmse": [3, 2, 1.5] });
      await run.tags({ "data.fingerprint": "abc", note: "Grüße" });
      await run.artifact("report/card.json", '{"kind":"lightgbm"}');
      await run.artifact("model.bin", Uint8Array.of(0, 255, 10, 13));
      await run[Symbol.asyncDispose]();

      const record = await fixture.tracker.read(run.id);
      expect(record).toMatchObject({
        id: run.id,
        experiment: "rossmann/spine",
        name: "lightgbm, all features",
        status: "finished",
        params: { model: "lightgbm", rounds: "100", early: "true", text: 'quoted: "a"\nand a second line' },
        tags: { "data.fingerprint": "abc", note: "Grüße", "mlflow.runName": "lightgbm, all features" },
        artifacts: ["model.bin", "report/card.json"],
      });
      expect(record.ended).toBeGreaterThan(record.started);
      const values = Object.entries(record.metrics).map(([metric, points]) =>
        [metric, points.map(({ step, value }) => [step, value])] as const
      );
      expect(Object.fromEntries(values)).toEqual({
        rmspe: [[0, 0.125]],
        "fold 1/rmspe": [[1, 0.5], [2, 0.25]],
        "valid.rmse": [[1, 3], [2, 2], [3, 1.5]],
      });
    });

    it("keeps the datasets that a run used, each once", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      const train = {
        name: "train",
        digest: "ab".repeat(32),
        source: "data/raw",
        rows: 10,
        context: "training",
      } as const;
      const test = { ...train, name: "holdout", rows: 2, context: "testing" } as const;
      await run.input(train);
      await run.input(test);
      await run.input(train);
      expect((await fixture.tracker.read(run.id)).inputs).toEqual([test, train]);
    });

    it("marks a run as running until it is disposed", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("walmart", "a");
      const before = await fixture.tracker.read(run.id);
      expect(before.status).toBe("running");
      expect(before.ended).toBeUndefined();
      await run[Symbol.asyncDispose]();
      expect((await fixture.tracker.read(run.id)).status).toBe("finished");
    });

    it("marks a failed run as failed, with the reason as a tag, also after disposal", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("walmart", "a");
      await run.fail(new RangeError("no rows"));
      await run[Symbol.asyncDispose]();
      const record = await fixture.tracker.read(run.id);
      expect(record.status).toBe("failed");
      expect(record.tags["shelfcast.error"]).toBe("RangeError: no rows");
    });

    it("refuses to write to a run that has ended", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("walmart", "a");
      await run[Symbol.asyncDispose]();
      await run[Symbol.asyncDispose]();
      await expect(run.params({ a: 1 })).rejects.toThrow("has ended");
      await expect(run.metrics({ a: 1 })).rejects.toThrow("has ended");
      await expect(run.fail("late")).rejects.toThrow("has ended");
      expect((await fixture.tracker.read(run.id)).status).toBe("finished");
    });

    it("opens an ended run again, keeps what it had, and appends", async () => {
      await using fixture = await open();
      const first = await fixture.tracker.start("walmart", "a");
      await first.params({ seed: 1 });
      await first.history({ wmae: [3, 2] });
      await first.fail("interrupted");

      const second = await fixture.tracker.resume(first.id);
      expect(second).toMatchObject({ id: first.id, experiment: "walmart" });
      expect(await fixture.tracker.read(first.id)).toMatchObject({ status: "running" });
      expect((await fixture.tracker.read(first.id)).ended).toBeUndefined();
      await second.params({ seed: 1, rows: 10 });
      await second.metrics({ wmae: 1 }, 3);
      await second[Symbol.asyncDispose]();

      const record = await fixture.tracker.read(first.id);
      expect(record.status).toBe("finished");
      expect(record.params).toEqual({ seed: "1", rows: "10" });
      expect(record.metrics["wmae"]!.map(({ value }) => value)).toEqual([3, 2, 1]);
    });

    it("cannot resume a run that is not there, and says so", async () => {
      await using fixture = await open();
      await expect(fixture.tracker.resume("f".repeat(32))).rejects.toThrow(`Cannot resume the run ${"f".repeat(32)}`);
    });

    it("never changes a param", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      await run.params({ seed: 1 });
      await run.params({ seed: 1 });
      await expect(run.params({ seed: 2 })).rejects.toThrow('it was "1" and is now "2"');
      expect((await fixture.tracker.read(run.id)).params).toEqual({ seed: "1" });
    });

    it("shortens a param that is longer than MLflow takes, and takes it again", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      await run.params({ features: "y_lag42,".repeat(1_000) });
      await run.params({ features: "y_lag42,".repeat(1_000) });
      const { features } = (await fixture.tracker.read(run.id)).params;
      expect(features).toHaveLength(6_000);
      expect(features!.endsWith("…")).toBe(true);
    });

    it("overwrites a tag and an artifact with the newest value", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      await run.tags({ stage: "old" });
      await run.tags({ stage: "new" });
      await run.artifact("a.txt", "old");
      await run.artifact("a.txt", "new");
      const record = await fixture.tracker.read(run.id);
      expect(record.tags["stage"]).toBe("new");
      expect(record.artifacts).toEqual(["a.txt"]);
    });

    it("skips values that are not finite", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("walmart", "a");
      await run.metrics({ mape: Infinity, mase: NaN, mae: 1 });
      await run.history({ rmse: [NaN, 2] });
      await run[Symbol.asyncDispose]();
      const { metrics } = await fixture.tracker.read(run.id);
      expect(Object.keys(metrics).sort()).toEqual(["mae", "rmse"]);
      expect(metrics["rmse"]!.map(({ step }) => step)).toEqual([2]);
    });

    it("refuses names that would leave the run or that MLflow does not take, and writes nothing", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      for (
        const bad of ["", "..", "../up", "/root", "a//b", "a/./b", "a/", "per cent %", "new\nline", "x".repeat(251)]
      ) {
        await expect(run.params({ good: 1, [bad]: 1 })).rejects.toThrow(RangeError);
        await expect(run.metrics({ good: 1, [bad]: 1 })).rejects.toThrow(RangeError);
        await expect(run.history({ good: [1], [bad]: [1] })).rejects.toThrow(RangeError);
        await expect(run.tags({ good: "1", [bad]: "1" })).rejects.toThrow(RangeError);
      }
      for (const bad of ["", "../up", "/root", "a\\b", "C:/x", "a/../../b", "nul\0"]) {
        await expect(run.artifact(bad, "x")).rejects.toThrow(RangeError);
      }
      const record = await fixture.tracker.read(run.id);
      expect([record.params, record.metrics, record.artifacts]).toEqual([{}, {}, []]);
    });

    it("gives runs of one experiment ids of their own, and notes a parent", async () => {
      await using fixture = await open();
      await using parent = await fixture.tracker.start("walmart", "tuning");
      const children = await Promise.all(
        [1, 2, 3].map((trial) => fixture.tracker.start("walmart", `trial ${trial}`, { parent: parent.id })),
      );
      expect(new Set([parent, ...children].map(({ id }) => id)).size).toBe(4);
      for (const child of children) {
        const record = await fixture.tracker.read(child.id);
        expect(record.tags["mlflow.parentRunId"]).toBe(parent.id);
        expect(record.experiment).toBe("walmart");
        await child[Symbol.asyncDispose]();
      }
    });

    it("lists the runs of an experiment, oldest first", async () => {
      await using fixture = await open();
      const ids: string[] = [];
      for (const name of ["a", "b"]) {
        await using run = await fixture.tracker.start("walmart", name);
        ids.push(run.id);
      }
      await using _other = await fixture.tracker.start("rossmann", "c");
      expect((await fixture.tracker.runs("walmart")).map(({ id, name }) => [id, name])).toEqual([
        [ids[0], "a"],
        [ids[1], "b"],
      ]);
      expect(await fixture.tracker.runs("nowhere")).toEqual([]);
    });

    it("hands out an artifact's bytes, and says when a run or an artifact is not there", async () => {
      await using fixture = await open();
      await using run = await fixture.tracker.start("walmart", "a");
      await run.artifact("report/a b.bin", Uint8Array.of(0, 255, 10, 13));
      expect(await fixture.tracker.artifactOf(run.id, "report/a b.bin")).toEqual(Uint8Array.of(0, 255, 10, 13));
      expect(await fixture.tracker.artifactOf(run.id, "report/other.bin")).toBeUndefined();
      expect(await fixture.tracker.artifactOf(run.id, "report")).toBeUndefined();
      await expect(fixture.tracker.artifactOf(run.id, "../meta.yaml")).rejects.toThrow(RangeError);
      await expect(fixture.tracker.artifactOf("f".repeat(32), "a")).rejects.toThrow("f".repeat(32));
      await expect(fixture.tracker.read("f".repeat(32))).rejects.toThrow("f".repeat(32));
    });

    it("refuses an experiment without a name", async () => {
      await using fixture = await open();
      await expect(fixture.tracker.start(" ", "a")).rejects.toThrow("Cannot open the experiment");
    });

    it("keeps values that arrive without waiting for each other, in order", async () => {
      await using fixture = await open();
      const run = await fixture.tracker.start("walmart", "a");
      const rounds = Array.from({ length: 200 }, (_, i) => i + 1);
      await Promise.all(rounds.map((round) => run.metrics({ rmse: 1 / round }, round)));
      await run[Symbol.asyncDispose]();
      const { metrics } = await fixture.tracker.read(run.id);
      expect(metrics["rmse"]!.map(({ step }) => step)).toEqual(rounds);
    });
  });
}
