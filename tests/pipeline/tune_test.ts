import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ParamsError } from "@/core/errors.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Context } from "@/pipeline/context.ts";
import { featurize } from "@/pipeline/featurize.ts";
import { ingest, type Ingested } from "@/pipeline/ingest.ts";
import { choiceText } from "@/pipeline/tune/choose.ts";
import { tune } from "@/pipeline/tune/tune.ts";
import type { TuneOptions } from "@/pipeline/tune/tune_options.ts";
import { tuneWindows } from "@/pipeline/tune/tune_windows.ts";
import type { TuningRecord } from "@/pipeline/tune/tuning_record.ts";
import { writeTuningReport } from "@/pipeline/tune/tuning_report.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

const SPACE = { learning_rate: { min: 0.02, max: 0.4, log: true }, num_leaves: { min: 2, max: 31, log: true } };

describe("tune()", () => {
  let work: Workdir, context: Context, data: Ingested, table: FeatureTable, whole: TuningRecord;

  /** A context whose space is another, and with it the search. */
  const searching = (spaces: unknown, more: Partial<Context["params"]["tune"]> = {}): Context => ({
    ...context,
    params: {
      ...context.params,
      tune: { ...context.params.tune, startup: 2, ...more, spaces: { lightgbm: spaces } as never },
    },
  });
  const search = (own: Context, options: Partial<TuneOptions> = {}) =>
    tune(own, { panel: data.panel, card: data.card, table }, {
      model: "lightgbm",
      trials: 6,
      folds: 2,
      check: 1,
      ...options,
    });
  /** What a search tried and found, without its runs' names and times. */
  const sequence = ({ trials }: TuningRecord) =>
    trials.map(({ number, point, status, losses }) => ({ number, point, status, losses }));

  const pointNamed = ({ checked }: TuningRecord, which: string) => checked.find(({ name }) => name === which)!.point;

  before(async () => {
    work = await workdir();
    context = await work.context({ series: 5, steps: 420, models: ["seasonal_naive", "lightgbm"] });
    data = await ingest(context);
    table = await featurize(context, data.panel);
    whole = await search(searching(SPACE));
  });
  after(() => work[Symbol.asyncDispose]());

  it("begins with the file's choice and the defaults, and ends with a check on windows that it never saw", () => {
    expect(whole.trials).toHaveLength(6);
    expect(whole.trials[1]!.point).toEqual({ learning_rate: 0.07, num_leaves: 31 });
    const { windows } = whole.choice!;
    expect(windows).toHaveLength(5);
    expect([...whole.folds, ...windows, ...whole.unseen].toSorted()).toEqual([
      ...whole.folds,
      ...windows,
      ...whole.unseen,
    ]);
    expect(whole.checked.map(({ name }) => name)).toEqual(["file", "defaults", "best", "tuned"]);
    const best = Math.min(...whole.trials.flatMap(({ loss }) => loss === null ? [] : [loss]));
    expect(whole.trials[whole.best]!.loss).toBe(best);
  });

  it("takes a gain that later windows confirm, and keeps what is in use otherwise", async () => {
    // Who forecasts the best of twenty days errs on the other nineteen.
    const high = structuredClone(context.choices) as { regressors: Record<string, Record<string, unknown>> };
    Object.assign(high.regressors["lightgbm"]!, { objective: "quantile", alpha: 0.95 });
    const space = { ...SPACE, objective: { values: ["l1", "l2"] } };
    const gained = await search({ ...searching(space), choices: high as never }, { folds: 1 });
    expect(gained.choice!.taken).toBe(true);
    expect(gained.choice!.change).toBeLessThan(0);
    expect(gained.choice!.pValue).toBeLessThan(0.05);
    expect(pointNamed(gained, "tuned")).toEqual(gained.trials[gained.choice!.finalist]!.point);
    expect(choiceText(gained.choice!)).toContain(`Take trial ${gained.choice!.finalist}: `);

    // No rate on which more than noise hangs.
    const idle = await search(searching({ lambda_l2: { min: 1, max: 1.001 } }), { blind: true });
    expect(idle.choice!.taken).toBe(false);
    expect(idle.choice!.against).toBe("defaults");
    expect(pointNamed(idle, "tuned")).toEqual(pointNamed(idle, "defaults"));
    expect(choiceText(idle.choice!)).toContain("Keep the defaults: ");
    expect(await Deno.readTextFile(context.store.path(await writeTuningReport(context, idle))))
      .toContain("Keep the defaults: ");
  });

  it("gives the windows that confirm their room first, and refuses a history that is too short", async () => {
    const { folds, confirm, unseen } = tuneWindows(data.panel, { folds: 9, confirm: 4, check: 9 });
    expect([confirm.length, unseen.length]).toEqual([4, 1]);
    const all = [...folds, ...confirm, ...unseen];
    all.slice(1).forEach(({ origin }, k) => expect(origin > all[k]!.to).toBe(true));
    const short = { ...data.panel, asOf: "2013-08-01" };
    expect(() => tuneWindows(short, { folds: 2, confirm: 5, check: 2 })).toThrow("needs 5 windows that do not overlap");
    await expect(search(searching(SPACE), { confirm: 2 })).rejects.toThrow("confirm 2: expected a whole number of 3");
  });

  it("still draws the page of a search that was kept before there was a test", async () => {
    const { choice: _, ...old } = whole;
    const page = await Deno.readTextFile(context.store.path(await writeTuningReport(context, old)));
    expect(page).toContain("v. its defaults");
  });

  it("repeats its trials exactly from the same seed, and tries others from another", async () => {
    expect(sequence(await search(searching(SPACE), { fresh: true }))).toEqual(sequence(whole));
    const other = searching(SPACE);
    const again = await search({ ...other, params: { ...other.params, seed: 2 } });
    expect(again.trials[3]!.point).not.toEqual(whole.trials[3]!.point);
  });

  it("goes on after a kill with the same sequence; the killed trial is marked and tried again", async () => {
    const own = searching(SPACE), stop = new AbortController();
    const fits: number[] = [];
    const stopped: Context = {
      ...own,
      signal: stop.signal,
      log: {
        ...own.log,
        info: (...args: unknown[]) => {
          if (args[0] === "tried" && fits.push(1) === 3) stop.abort(new Error("killed"));
        },
      } as never,
    };
    await expect(search(stopped, { fresh: true })).rejects.toThrow("killed");
    const resumed = await search(own);
    expect(sequence(resumed)).toEqual(sequence(whole));
    expect(new Set(resumed.trials.map(({ run }) => run)).size).toBe(6);
  });

  it("marks the trial that a kill cut off, and tries it again", async () => {
    const own = searching(SPACE), stop = new AbortController();
    let cut = "";
    const stopped: Context = {
      ...own,
      signal: stop.signal,
      tracker: {
        ...own.tracker,
        async start(experiment, name, options) {
          const run = await own.tracker.start(experiment, name, options);
          if (!name.endsWith("trial 4")) return run;
          cut = run.id;
          stop.abort(new Error("killed"));
          return run;
        },
      },
    };
    await expect(search(stopped, { fresh: true })).rejects.toThrow("killed");
    expect(sequence(await search(own))).toEqual(sequence(whole));
    const record = await context.tracker.read(cut);
    expect(record.status).toBe("failed");
    expect(record.tags["shelfcast.trial"]).toBe("killed");
  });

  it("records every trial as a run nested below the search's", async () => {
    const runs = await context.tracker.runs(whole.run.experiment);
    const parents = runs.filter(({ tags }) =>
      tags["shelfcast.phase"] === "tune" && tags["mlflow.parentRunId"] === undefined
    );
    const parent = parents.at(-1)!;
    const nested = runs.filter(({ tags }) => tags["mlflow.parentRunId"] === parent.id);
    expect(nested.length).toBeGreaterThanOrEqual(6);
    const [first] = nested;
    expect(first!.params["trial"]).toBe("0");
    expect(first!.metrics["rmspe"]!.map(({ step }) => step)).toEqual([1, 2]);
    expect(parent.tags["best.num_leaves"]).toBeDefined();
  });

  it("goes on when trials fail, and says what failed", async () => {
    // LightGBM knows no quantile above 1, which its schema cannot say: a trial fails, the search does not.
    const own = searching({ ...SPACE, objective: { values: ["quantile"] }, alpha: { min: 0.4, max: 1.6 } });
    const record = await search(own, { trials: 12, folds: 1 });
    const failed = record.trials.filter(({ status }) => status === "failed");
    expect(failed.length).toBeGreaterThan(0);
    for (const { error, loss } of failed) {
      expect(loss).toBeNull();
      expect(error!.length).toBeGreaterThan(10);
    }
    expect(record.trials).toHaveLength(12);
  });

  it("gives trials up that fall behind, and never the file's choice", async () => {
    const record = await search(searching({ learning_rate: { min: 0.0001, max: 0.4 } }, { search: "random" }), {
      trials: 14,
    });
    const pruned = record.trials.filter(({ status }) => status === "pruned");
    expect(pruned.length).toBeGreaterThan(0);
    for (const { losses, number } of pruned) {
      expect(losses).toHaveLength(1);
      expect(number).toBeGreaterThan(1);
    }
  });

  it("goes on with a search that was finished when more trials are allowed, as if it had never stopped", async () => {
    const own = searching(SPACE);
    for (const trials of [2, 4]) {
      expect(sequence(await search(own, { trials, fresh: trials === 2 }))).toEqual(sequence(whole).slice(0, trials));
    }
    expect(sequence(await search(own))).toEqual(sequence(whole));
  });

  it("begins no trial when the minutes are over", async () => {
    let minute = 0;
    const record = await search(searching(SPACE), { fresh: true, minutes: 1.5, clock: () => 60_000 * minute++ });
    expect(record.trials).toHaveLength(3);
    expect(sequence(record)).toEqual(sequence(whole).slice(0, 3));
  });

  it("halves: many trials on few rounds, the best on all of them; the same from the same seed and after a stop", async () => {
    const own = searching(SPACE), halving = { search: "halving", trials: 9, folds: 1 } as const;
    const record = await search(own, halving);
    expect(record.budget).toBe("rounds");
    expect(record.trials.map(({ share }) => share)).toEqual([1, 1, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 1]);
    expect(record.trials.map(({ status }) => status === "partial")).toEqual(
      record.trials.map(({ share }) => share! < 1),
    );
    const first = record.trials.slice(2, 6).toSorted((a, b) => a.losses[0]! - b.losses[0]!);
    expect(record.trials.slice(6, 8).map(({ point }) => point)).toEqual(first.slice(0, 2).map(({ point }) => point));
    expect(record.trials[record.best]!.share).toBe(1);
    expect(sequence(await search(own, { ...halving, fresh: true }))).toEqual(sequence(record));
    expect(await Deno.readTextFile(context.store.path(await writeTuningReport(context, record))))
      .toContain("6 on a part of the rounds");
  });

  it("halves windows where the rounds are searched themselves, and forecasts no window twice for the same point", async () => {
    const own = searching({ ...SPACE, rounds: { min: 5, max: 30 } });
    const record = await search(own, { search: "halving", trials: 5, folds: 2 });
    expect(record.budget).toBe("folds");
    expect(record.trials.map(({ share, losses }) => [share, losses.length])).toEqual([
      [1, 2],
      [1, 2],
      [0.5, 1],
      [0.5, 1],
      [1, 2],
    ]);
    const promoted = record.trials[4]!,
      before = record.trials.find(({ point, share }) =>
        share === 0.5 && JSON.stringify(point) === JSON.stringify(promoted.point)
      )!;
    expect(promoted.losses.at(-1)).toBe(before.losses[0]);
  });

  it("keeps the file's choice from a blind search, and still tells how it fared later", async () => {
    const record = await search(searching(SPACE), { trials: 3, blind: true });
    expect(record.blind).toBe(true);
    expect(record.trials[0]!.point).toEqual(whole.trials[1]!.point);
    expect(record.trials.map(({ point }) => point)).not.toContainEqual(whole.trials[0]!.point);
    expect(record.checked.map(({ name }) => name)).toEqual(["file", "defaults", "best", "tuned"]);
    expect(record.checked[0]!.point).toEqual(whole.trials[0]!.point);
  });

  it("refuses a space that contradicts itself, a model without one, numbers that make no sense", async () => {
    const bad = searching({ num_leaves: { min: 9, max: 3 } });
    await expect(search(bad)).rejects.toThrow("num_leaves: min 9 is above max 3");
    await expect(search(bad)).rejects.toBeInstanceOf(ParamsError);
    await expect(search(searching(SPACE), { model: "group_median" })).rejects.toThrow("no space for it");
    await expect(search(searching(SPACE), { trials: 1 })).rejects.toThrow("2 or more");
    await expect(search(searching(SPACE), { minutes: 0 })).rejects.toThrow("more than 0");
  });

  it("draws every trial across its parameters, on a page that needs no network", async () => {
    const page = await Deno.readTextFile(context.store.path(await writeTuningReport(context, whole)));
    expect(page).toContain("did best: RMSPE");
    expect(page).toContain("learning rate");
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="?https?:/);
  });
});
