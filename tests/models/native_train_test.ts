import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { NativeLibraryError } from "@/core/errors.ts";
import type { Round } from "@/core/regressor.ts";
import { lightgbm } from "@/models/lightgbm.ts";
import { boost, type Trainer } from "@/models/native/boost.ts";
import { train } from "@/models/native/train.ts";
import { xgboost } from "@/models/xgboost.ts";
import { learnableSample } from "../support/learnable_sample.ts";

/** A trainer whose validation error goes through the given values. */
function scripted(errors: readonly number[], { fruitlessAt = Infinity } = {}): Trainer & { readonly updates: number } {
  let updates = 0;
  return {
    get updates() {
      return updates;
    },
    update: () => ++updates >= fruitlessAt,
    evaluate: () => errors.length === 0 ? {} : { l2: errors[updates - 1]! },
    bytes: () => new Uint8Array(),
    [Symbol.dispose]() {},
  };
}
const quietly = { stopped: () => false, onRound: () => {} };

describe("boost()", () => {
  it("runs all rounds without patience, and keeps them all", () => {
    const trainer = scripted([1, 2, 3, 4]);
    expect(boost(trainer, { rounds: 4, patience: 0, ...quietly })).toBe(4);
  });

  it("with patience keeps the best rounds, even when it never had to stop", () => {
    expect(boost(scripted([3, 1, 2]), { rounds: 3, patience: 5, ...quietly })).toBe(2);
  });

  it("stops after so many rounds without a better one; an equal one is not better", () => {
    const trainer = scripted([3, 1, 1, 1, 0]);
    expect(boost(trainer, { rounds: 5, patience: 2, ...quietly })).toBe(2);
    expect(trainer.updates).toBe(4);
  });

  it("does not stop early without a validation sample", () => {
    expect(boost(scripted([]), { rounds: 6, patience: 1, ...quietly })).toBe(6);
  });

  it("ends when a round could add nothing, which keeps the rounds before it", () => {
    expect(boost(scripted([], { fruitlessAt: 4 }), { rounds: 9, patience: 0, ...quietly })).toBe(3);
    expect(boost(scripted([], { fruitlessAt: 1 }), { rounds: 9, patience: 0, ...quietly })).toBe(1);
  });

  it("survives a metric that is NaN: it is never the best", () => {
    expect(boost(scripted([NaN, NaN, NaN, NaN]), { rounds: 4, patience: 2, ...quietly })).toBe(2);
  });

  it("reports each round, and keeps nothing when told to stop", () => {
    const seen: Round[] = [];
    const stopped = () => seen.length === 2;
    const kept = boost(scripted([3, 2, 1]), { rounds: 3, patience: 0, stopped, onRound: (round) => seen.push(round) });
    expect(kept).toBeUndefined();
    expect(seen).toEqual([{ round: 1, rounds: 3, metrics: { l2: 3 } }, { round: 2, rounds: 3, metrics: { l2: 2 } }]);
  });
});

describe("train() in a Worker", () => {
  const job = {
    library: "lightgbm",
    train: learnableSample(),
    parameters: { objective: "l2", verbosity: "-1", num_threads: "1", deterministic: "true", force_col_wise: "true" },
    rounds: 20,
    patience: 0,
  } as const;
  const program = (code: string) => new URL(`data:application/javascript,${encodeURIComponent(code)}`);

  it("gives the model's bytes and its rounds", async () => {
    const { bytes, rounds } = await train(job);
    expect(rounds).toBe(20);
    expect(new TextDecoder().decode(bytes)).toMatch(/^tree\n/);
  });

  it("leaves the main thread free: timers run during a training", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await train({ ...job, rounds: 2000 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  it("rejects with the library's own words when the library refuses", async () => {
    const refused = train({ ...job, parameters: { ...job.parameters, objective: "no_such_objective" } });
    await expect(refused).rejects.toThrow(NativeLibraryError);
    await expect(train({ ...job, parameters: { ...job.parameters, objective: "no_such_objective" } })).rejects
      .toThrow(/Cannot set up the training: LightGBM says ".*no_such_objective/);
  });

  it("rejects when the Worker breaks down, rather than hang", async () => {
    await expect(train(job, { program: program(`onmessage = () => { throw new Error("out of luck"); }`) }))
      .rejects.toThrow(/Cannot train lightgbm as its worker broke down: .*out of luck/);
    await expect(train(job, { program: program(`import "@/no/such/module.ts";`) })).rejects.toThrow("broke down");
  });

  it("rejects with whatever onRound threw, after the round has ended", async () => {
    let rounds = 0;
    const onRound = () => {
      rounds++;
      throw new Error("the progress bar is broken");
    };
    await expect(train({ ...job, rounds: 500 }, { onRound })).rejects.toThrow("the progress bar is broken");
    expect(rounds).toBe(1);
  });

  it("rejects at once when the signal has already aborted", async () => {
    const signal = AbortSignal.abort(new Error("closed"));
    await expect(train(job, { signal })).rejects.toThrow("closed");
  });

  it("stops soon after the signal aborts, in the middle of a long training", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("Ctrl-C")), 200);
    await expect(train({ ...job, rounds: 1_000_000 }, { signal: stop.signal })).rejects.toThrow("Ctrl-C");
  });

  it("runs several trainings side by side, each with its own result", async () => {
    const rounds = [5, 9, 3];
    const trained = await Promise.all(rounds.map((n) => train({ ...job, rounds: n })));
    expect(trained.map((one) => one.rounds)).toEqual(rounds);
  });
});

describe("early stopping", () => {
  for (const regressor of [lightgbm, xgboost]) {
    it(`${regressor.kind} keeps its best rounds in the saved model`, async () => {
      const sample = learnableSample({ rows: 300 }), valid = learnableSample({ rows: 150, seed: 2 });
      const errors: number[] = [];
      const params = { ...regressor.defaults, rounds: 2000, early_stopping_rounds: 20, threads: 1 };
      using model = await regressor.fit(sample, params as never, {
        seed: 1,
        valid,
        onRound: ({ metrics }) => errors.push(Object.values(metrics)[0]!),
      });
      const best = errors.indexOf(Math.min(...errors)) + 1;
      expect(errors.length).toBe(best + 20);
      expect(JSON.parse(new TextDecoder().decode(model.save()["model.json"])).rounds).toBe(best);

      using short = await regressor.fit(
        sample,
        { ...regressor.defaults, rounds: best, threads: 1 } as never,
        { seed: 1 },
      );
      expect(Array.from(short.predict(valid.x))).toEqual(Array.from(model.predict(valid.x)));
    });
  }
});
