import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Notification, Notifier } from "@/core/notification.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { readCurrent } from "@/pipeline/deployed.ts";
import { raiseRetrainFlag, readRetrainFlag } from "@/pipeline/monitor/retrain_flag.ts";
import { readRetrainState } from "@/pipeline/retrain/retrain_state.ts";
import { addSteps } from "@/pipeline/time.ts";
import { retrain, RETRAIN_LOG, type RetrainOptions } from "@/pipeline/retrain/retrain.ts";
import { whileLocked } from "@/stores/mod.ts";
import { DATASET, type Governed, governed, intoProduction } from "../support/governed.ts";

/** The end of what the first model knows, of a single tree; data go on for two months. */
const AS_OF = "2014-07-01", FIRST = 1;
/** Trees of a model that is better than the first one, and of one that has learnt the noise. */
const BETTER = 4, WORSE = 150;

/** Somebody who remembers what they were told. */
function listener(): Notifier & { readonly heard: Notification[] } {
  const heard: Notification[] = [];
  return { name: "listener", heard, send: (told) => Promise.resolve(void heard.push(told)) };
}

describe("retrain()", () => {
  let shop: Governed;
  const log = async () =>
    (await Deno.readTextFile(shop.path(RETRAIN_LOG)).catch(() => "")).trim().split("\n").filter(Boolean)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const versions = async () => await shop.context.registry.versions(registeredName(shop.context));
  const current = async () => (await readCurrent(shop.context.store, DATASET))?.version;
  /** The shop's context with so many rounds, so many days after the end of what the first model saw. */
  const later = (rounds: number, days = 49): Context => {
    const { choices, params } = shop.context;
    const lightgbm = { ...choices.regressors["lightgbm"], rounds };
    return {
      ...shop.context,
      params: { ...params, asOf: addSteps(AS_OF, days, "1d") },
      choices: { ...choices, regressors: { ...choices.regressors, lightgbm } },
    };
  };
  const raise = (asOf = AS_OF) =>
    raiseRetrainFlag(shop.context.store, {
      dataset: DATASET,
      asOf,
      checkedAt: "2013-11-17T06:00:00Z",
      model: "test-rossmann/1",
      reasons: ["sales are unlike the same days last year"],
    });
  const run = async (rounds: number, options: RetrainOptions = {}, context = later(rounds)) => {
    const ear = listener();
    return { done: await retrain(context, { notifiers: [ear], ...options }), heard: ear.heard };
  };

  before(async () => {
    shop = await governed({ rounds: FIRST, overrides: { steps: 620, asOf: AS_OF } });
    await intoProduction(shop);
  });
  after(() => shop[Symbol.asyncDispose]());

  it("does nothing when nothing calls for it", async () => {
    const { done, heard } = await run(BETTER, { everyDays: 28 });
    expect(done).toMatchObject({ outcome: "idle", champion: 1, current: 1, challenger: null });
    expect([heard, await log(), (await versions()).length]).toEqual([[], [], 1]);
  });

  it("is due by the schedule, and by new days, and by neither when both are off", async () => {
    const soon = { ...later(BETTER), now: () => shop.context.now().add({ hours: 24 * 30 }) };
    const looks: readonly (readonly [RetrainOptions, Context, string])[] = [
      [{ everyDays: 28 }, soon, "schedule"],
      [{ everyDays: 0, newSteps: 28 }, later(BETTER, 28), "new data"],
    ];
    for (const [options, context, trigger] of looks) {
      // Stopped at the first stage: here only the reason matters.
      const stop = new AbortController();
      stop.abort();
      await expect(retrain({ ...context, signal: stop.signal }, options)).rejects.toThrow();
      expect((await log()).at(-1)).toMatchObject({ event: "failed", trigger, reason: "it was stopped" });
    }
    for (const newSteps of [0, 29]) {
      expect((await retrain(later(BETTER, 28), { everyDays: 0, newSteps })).outcome).toBe("idle");
    }
    expect(await current()).toBe(1);
  });

  it("refuses to run twice at once, and says what holds it", async () => {
    await whileLocked(shop.path(`logs/retrain-${DATASET}.lock`), () => new Error("no"), async () => {
      await expect(retrain(later(BETTER), { force: true })).rejects.toThrow("another run is at work");
    });
    expect((await versions()).length).toBe(1);
  });

  it("leaves the champion and the flag where they are when it fails, and says so", async () => {
    await raise();
    const ear = listener(), before = await log();
    const broken = {
      ...later(BETTER),
      params: { ...later(BETTER).params, source: join(shop.work.path, "no such folder") },
    };
    await expect(retrain(broken, { notifiers: [ear] })).rejects.toThrow("no such folder");
    expect(await current()).toBe(1);
    expect(await readRetrainFlag(shop.context.store, DATASET)).toBeDefined();
    expect(ear.heard).toMatchObject([{ level: "critical", title: "Retraining rossmann failed" }]);
    expect(ear.heard[0]!.text).toContain("Version 1 is still in production");
    expect((await log()).slice(before.length).map(({ event }) => event)).toEqual(["started", "failed"]);
    expect((await readRetrainState(shop.context.store, DATASET)).last).toMatchObject({
      outcome: "failed",
      trigger: "flag",
    });
  });

  it("keeps the champion when the gate refuses the challenger, which is kept too, in the archive", async () => {
    const { done, heard } = await run(WORSE);
    expect(done).toMatchObject({
      outcome: "kept",
      trigger: "flag",
      champion: 1,
      current: 1,
      challenger: 2,
      flagCleared: true,
    });
    expect(await readRetrainFlag(shop.context.store, DATASET)).toBeUndefined();
    expect((await versions()).map(({ stage }) => stage)).toEqual(["Production", "Archived"]);
    expect(heard).toMatchObject([{
      level: "warning",
      title: "The model of rossmann stays: the gate refused version 2",
    }]);
  });

  it("lets a better one wait in Staging, measured against the champion on the same days", async () => {
    await raise();
    const { done, heard } = await run(BETTER);
    expect(done).toMatchObject({ outcome: "waiting", champion: 1, current: 1, challenger: 3, flagCleared: true });
    expect(done.reasons.join(" ")).toContain("of version 1");
    expect((await versions()).at(-1)).toMatchObject({ stage: "Staging", tags: { retrained: expect.any(String) } });
    expect(heard[0]!.text).toContain("deno task approve --dataset rossmann --version 3 --user NAME");
    expect((await log()).slice(-4).map(({ event }) => event)).toEqual(["started", "trained", "judged", "ended"]);
    expect(await readRetrainState(shop.context.store, DATASET)).toMatchObject({
      runs: { waiting: 1, kept: 1, failed: 3 },
      last: { challenger: 3 },
    });
  });

  it("lets it wait outside of Staging where the policy says so", async () => {
    const { done } = await run(BETTER, { force: true, promote: "wait" });
    expect(done).toMatchObject({ outcome: "waiting", trigger: "force", challenger: 4 });
    expect((await versions()).at(-1)!.stage).toBe("None");
  });

  it("approves and deploys in the name of listed people whose keys are at hand", async () => {
    const orders = { approveAs: shop.order("anna"), deployAs: shop.order("ben") };
    const { done, heard } = await run(BETTER, { force: true, ...orders });
    expect(done).toMatchObject({ outcome: "deployed", champion: 1, current: 5, challenger: 5 });
    expect(heard[0]!.title).toBe("A new model of rossmann is in production: version 5");
    expect(await current()).toBe(5);
  });

  it("a flag that newer days raised while it trained stays up", async () => {
    await raise();
    const context = later(BETTER);
    const meanwhile: Context = { ...context, onStage: (name) => void (name === "evaluate" && raise("2015-01-01")) };
    const { done } = await run(BETTER, {}, meanwhile);
    expect(done.flagCleared).toBe(false);
    expect((await readRetrainFlag(shop.context.store, DATASET))?.asOf).toBe("2015-01-01");
  });
});
