/** A point counts only if its drill fails when the thing is broken: every drill is broken once. */
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import { mlTests, runMlTest } from "@/audit/ml_test_score.ts";
import { type OpenTrial, openTrial, type Trial } from "@/audit/trial.ts";
import type { Feature } from "@/core/feature.ts";
import type { Model } from "@/core/regressor.ts";
import { lag } from "@/features/mod.ts";
import { openContext } from "@/pipeline/context.ts";
import { deploymentKeys } from "@/pipeline/deployed.ts";
import { demandSchema } from "@/pipeline/featurize.ts";
import { retrain } from "@/pipeline/retrain/retrain.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import { directoryStore } from "@/stores/mod.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

/** Breaks one thing of a trial; `mend` puts back what was changed outside of it. */
type Sabotage = (trial: Trial, work: Workdir) => Broken | Promise<Broken>;
type Broken = Partial<Trial> & { readonly mend?: () => Promise<void> };

/** A model that forecasts something else. */
function forecasting(open: Trial["open"], change: (value: number, row: number) => number) {
  return async (): Promise<Model> => {
    const model = await open();
    return {
      kind: model.kind,
      features: model.features,
      predict: (x) => model.predict(x).map(change),
      save: () => model.save(),
      [Symbol.dispose]: () => model[Symbol.dispose](),
    };
  };
}

/** The forecasts of the champion times a factor, where a condition holds. */
function forecasts({ forecasts, evaluation }: Trial, factor: number, where = pl.lit(true)): Trial["forecasts"] {
  const own = pl.col(evaluation.champion);
  return forecasts.withColumn(pl.when(where).then(own.mul(factor)).otherwise(own).alias(evaluation.champion));
}

/** A project that has none of the files. */
const hollow = async ({ context, audited }: Trial, work: Workdir): Promise<Partial<Trial>> => {
  const project = directoryStore(await work.source("hollow", {}));
  return { context: { ...context, project }, audited: { ...audited, project } };
};

/** A feature that looks a day ahead, and calls it a feature of the plan. */
const LEAKING: Feature = {
  ...lag(42),
  name: "sneaky",
  reach: Infinity,
  expr: pl.col("target").shift(-1).alias("sneaky"),
};

const served = (trial: Trial, change: (model: ServedModel) => Partial<ServedModel>): Trial["load"] => async (which) => {
  const model = await trial.load(which);
  return Object.assign(Object.create(model), change(model), { [Symbol.dispose]: () => model[Symbol.dispose]() });
};

const SABOTAGE: Readonly<Record<string, Sabotage>> = {
  "data 1": ({ table }) => ({
    // A schema that forgets one feature.
    holdFeatures: (own) => demandSchema({ ...own, features: table.features.filter(({ name }) => name !== "promo") }),
  }),
  "data 2": ({ open }) => ({ open: forecasting(open, () => 5000) }),
  "data 3": ({ worked }) => ({ worked: () => 1e5 * worked() }),
  "data 4": ({ features }) => ({ features: [...features, LEAKING] }),
  "data 5": ({ context }) => ({
    context: {
      ...context,
      dataset: {
        ...context.dataset,
        tables: context.dataset.tables.map((table) =>
          table.name !== "train" ? table : {
            ...table,
            columns: [...table.columns, { name: "CustomerEmail", type: "text", optional: true } as const],
          }
        ),
        toPanel(tables, options) {
          const laid = context.dataset.toPanel(tables, options),
            mail = tables["train"]!.getColumn("CustomerEmail").get(0);
          return { ...laid, panel: { ...laid.panel, frame: laid.panel.frame.withColumn(pl.lit(mail).alias("email")) } };
        },
      },
    },
  }),
  "data 6": ({ fit, features }) => ({
    // A registry of features that is closed: what is added is not trained with.
    fit: async (known, seed) => {
      const names = features.filter(({ helper }) => !helper).map(({ name }) => name);
      const kept = known.x.names.filter((name) => names.includes(name)).length;
      return await fit({ ...known, x: { ...known.x, names: known.x.names.slice(0, kept) } }, seed).then((model) => ({
        ...Object.create(model),
        kind: model.kind,
        features: names,
        predict: (x) => model.predict(x),
        save: () => model.save(),
        [Symbol.dispose]: () => model[Symbol.dispose](),
      }));
    },
  }),
  "data 7": async ({ audited }, work) => ({
    audited: {
      ...audited,
      project: directoryStore(
        await work.source("failing", {
          "deno.json": "{}",
          "src/features/a.ts": "export const a = 1;\n",
          "tests/features/a_test.ts": 'Deno.test("a", () => { throw new Error("no"); });\n',
        }),
      ),
    },
  }),
  "model 1": ({ order }) => ({ order: (_, version) => order("anna", version) }),
  "model 2": ({ evaluation }) => {
    // The days after turn the order around.
    const ranked = Object.keys(evaluation.scores).toSorted((a, b) =>
      evaluation.scores[a]!.rmspe! - evaluation.scores[b]!.rmspe!
    );
    const scores = Object.fromEntries(ranked.map((name, k) => [name, evaluation.scores[ranked.at(-1 - k)!]!]));
    return { evaluation: { ...evaluation, scores } };
  },
  "model 3": ({ context }) => ({
    // A search that may not move.
    context: {
      ...context,
      params: {
        ...context.params,
        tune: {
          ...context.params.tune,
          spaces: { lightgbm: { learning_rate: { min: 0.2, max: 0.2 } } },
        },
      },
    },
  }),
  "model 4": ({ context }) => ({
    context: { ...context, params: { ...context.params, retrain: { ...context.params.retrain, everyDays: 0 } } },
  }),
  "model 5": (trial) => ({ forecasts: forecasts(trial, 1.4) }),
  "model 6": (trial) => ({ forecasts: forecasts(trial, 1.3, pl.col("promo").eq(1)) }),
  "model 7": (trial) => ({ forecasts: forecasts(trial, 0.6, pl.col("store_type").eq(1)) }),
  "infrastructure 1": ({ fit }) => {
    let seed = 0;
    // A learner that draws its own luck: every fit leaves another row out.
    return {
      fit: async (known) => {
        const skipped = ++seed, y = known.y.map((value, row) => row === skipped ? value * 3 : value);
        return await fit({ ...known, y }, 1);
      },
    };
  },
  "infrastructure 2": ({ fit }) => ({
    fit: async (known, seed) => await forecasting(() => fit(known, seed), () => 5000)(),
  }),
  "infrastructure 3": () => ({ load: () => Promise.reject(new Error("no such file: model.txt")) }),
  "infrastructure 4": ({ judge }) => ({
    judge: async (version) => ({ ...await judge(version), accepted: true }),
  }),
  "infrastructure 5": (trial) => ({
    load: served(trial, (model) => ({
      explain: async (id, step, changes) => {
        const told = await model.explain(id, step, changes);
        return { ...told, contributions: told.contributions.slice(1) };
      },
    })),
  }),
  "infrastructure 6": (trial) => ({
    // The canary answers nonsense.
    load: async (which) =>
      which === undefined ? await trial.load() : await served(trial, () => ({
        forecast: (asks) =>
          Promise.resolve(asks.map(({ id, changes }) => ({
            id,
            changes,
            values: new Float64Array(42).fill(NaN),
            hashes: [],
          }))),
      }))(which),
  }),
  "infrastructure 7": async ({ context, versions }) => {
    const key = `${deploymentKeys(context.profile.name).bundle(versions[0])}/model.txt`;
    const whole = (await context.store.get(key))!;
    await context.store.put(key, "twig");
    return { mend: () => context.store.put(key, whole) };
  },
  "monitoring 1": () => ({ retrain: (context, options) => retrain(context, { ...options, notifiers: [] }) }),
  "monitoring 2": hollow,
  "monitoring 3": (trial) => ({
    load: served(trial, (model) => ({
      recall: () => undefined,
      forecast: async (asks) =>
        (await model.forecast(asks)).map((path) => ({
          ...path,
          hashes: path.hashes.map((hash) => `f${hash.slice(1)}`),
        })),
    })),
  }),
  "monitoring 4": ({ context }) => ({
    context: { ...context, params: { ...context.params, retrain: { ...context.params.retrain, everyDays: 0 } } },
  }),
  "monitoring 5": ({ open }) => ({ open: forecasting(open, (value, row) => row === 3 ? NaN : value) }),
  "monitoring 6": ({ memory }) => {
    let calls = 0;
    return { memory: () => memory() + 4e8 * calls++ };
  },
  "monitoring 7": hollow,
};

describe("each drill of the ML Test Score", () => {
  let trial: OpenTrial, work: Workdir;
  before(async () => {
    work = await workdir();
    trial = await openTrial(await openContext());
  });
  after(async () => {
    await trial[Symbol.asyncDispose]();
    await work[Symbol.asyncDispose]();
  });

  it("can be broken, so there is a sabotage of every one", () => {
    expect(Object.keys(SABOTAGE)).toEqual(mlTests.map(({ id }) => id));
  });

  const speed = mlTests.find(({ id }) => id === "monitoring 6")!;

  it("monitoring 6 fails when each forecast is more work", async () => {
    const { worked } = trial;
    const { passed, found } = await runMlTest(speed, { ...trial, worked: () => 1e5 * worked() });
    expect([passed, found]).toEqual([false, expect.stringContaining("ms of work")]);
  });

  it("monitoring 6 passes when other programs have the machine", async () => {
    let asked = 0;
    // Twenty of the thousand forecasts wait for longer than an answer may take.
    const waiting = forecasting(trial.open, (value, row) => {
      if (row === 0 && asked++ % 50 === 49) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return value;
    });
    const { passed, found } = await runMlTest(speed, { ...trial, open: waiting });
    expect([passed, found, asked]).toEqual([true, expect.stringContaining("ms of work"), 1050]);
  });

  for (const test of mlTests) {
    // The project's own tests of features run anyway.
    if (test.id !== "data 7") {
      it(`${test.id} passes: ${test.title}`, async () => {
        const outcome = await runMlTest(test, trial);
        expect([outcome.passed, outcome.found]).toEqual([true, expect.stringMatching(/.{10}/)]);
      });
    }
    it(`${test.id} fails when it is broken`, async () => {
      const { mend, ...broken } = await SABOTAGE[test.id]!(trial, work);
      try {
        const outcome = await runMlTest(test, { ...trial, ...broken });
        expect([outcome.passed, outcome.found]).toEqual([false, expect.stringMatching(/.{10}/)]);
      } finally {
        await mend?.();
      }
    });
  }
});
