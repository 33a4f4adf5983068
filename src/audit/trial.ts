/**
 * The small shop that every drill of the audit works in: made once, in a folder of its own, and thrown away.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import type { DataFrame } from "nodejs-polars";
import type { Feature } from "@/core/feature.ts";
import type { FeatureTable } from "@/core/feature_table.ts";
import type { Decision } from "@/governance/mod.ts";
import type { Panel } from "@/core/panel.ts";
import type { Model } from "@/core/regressor.ts";
import { recipe } from "@/features/mod.ts";
import { approve, type Order } from "@/pipeline/approve.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { type Context, openContext } from "@/pipeline/context.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { type Evaluation, readEvaluation } from "@/pipeline/evaluate.ts";
import { demandSchema, readFeatures } from "@/pipeline/featurize.ts";
import { judge } from "@/pipeline/gate.ts";
import { fitOnce } from "@/pipeline/fit.ts";
import { loadNewest } from "@/pipeline/forecast.ts";
import { type PanelCard, readIngested } from "@/pipeline/ingest.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { contestant } from "@/pipeline/models.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { releaseMemory } from "@/pipeline/release_memory.ts";
import { retrain, type RetrainOptions } from "@/pipeline/retrain/retrain.ts";
import type { Slice } from "@/pipeline/samples.ts";
import { openTracking } from "@/pipeline/tracking.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import type { LoadModel } from "@/serving/models.ts";
import { readFrame } from "@/stores/mod.ts";

/** The model that the drills are about. */
export const LEARNER = "lightgbm";

/** People of the shop: one approves, one deploys, one only looks on. */
const PEOPLE = { anna: "approver", ben: "deployer", vera: "viewer" } as const;

/** Everything that drills use; whoever wants to see one fail replaces a part of it. */
export interface Trial {
  /** The project that is audited. */
  readonly audited: Context;
  /** The shop's own folder and tracker; the suites, rules and code are those of the audited project. */
  readonly context: Context;
  readonly panel: Panel;
  readonly panelCard: PanelCard;
  readonly features: readonly Feature[];
  readonly table: FeatureTable;
  readonly evaluation: Evaluation;
  /** Out-of-sample forecasts of every window; one column per model. */
  readonly forecasts: DataFrame;
  readonly card: ModelCard;
  /** Versions that went into production, the older one first. */
  readonly versions: readonly [number, number];
  /** Opens the newest version; the caller disposes of it. */
  open(): Promise<Model>;
  /** Fits the learner; the caller disposes of it. */
  fit(known: Slice, seed: number): Promise<Model>;
  order(user: keyof typeof PEOPLE, version?: number): Order;
  /** Holds a table of features to its schema, as the pipeline does before it is written. */
  holdFeatures(table: FeatureTable): void;
  /** Asks the gate about a version. */
  judge(version: number): Promise<Decision>;
  /** Retrains, and tells who listens. */
  retrain(context: Context, options: RetrainOptions): Promise<unknown>;
  /** Loads a model that answers requests. */
  readonly load: LoadModel;
  /** Milliseconds of the clock, for a person to read: other programs may have the machine, so no verdict hangs on it. */
  clock(): number;
  /** Milliseconds that this process has worked, on all processors: what limits of speed are held to. */
  worked(): number;
  /** Resident memory of the process in bytes. */
  memory(): number;
}

/** A trial that is thrown away at the end of the block. */
export type OpenTrial = Trial & AsyncDisposable;

/** Rounds of the two versions: the second is the better one. */
const ROUNDS = [10, 25] as const;

/**
 * Makes the shop: embedded data, two versions, each approved by one person and deployed by another.
 *
 * Needs about ten seconds. Writes to a temporary folder alone, whatever server the environment names.
 *
 * @throws {GateError} If the audited project's suites refuse the embedded data.
 */
export async function openTrial(audited: Context): Promise<OpenTrial> {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-audit-" });
  const remove = () => Deno.remove(folder, { recursive: true }).catch(() => {});
  try {
    const context = await shopContext(audited, join(folder, "work"));
    const key = (name: string) => join(folder, "keys", `${name}.pem`);
    for (const [name, role] of Object.entries(PEOPLE)) await newApprover(context, name, role, { file: key(name) });
    const order = (user: string, version?: number): Order => ({
      user,
      key: key(user),
      ...(version === undefined ? {} : { version }),
    });
    const versions: number[] = [];
    for (const rounds of ROUNDS) {
      const { registered } = await pipeline(withRounds(context, rounds));
      const version = registered!.version;
      await approve(context, order("anna", version));
      await deploy(context, order("ben", version));
      versions.push(version);
    }
    const own = withRounds(context, ROUNDS[1]);
    const { panel, card: panelCard } = await readIngested(own);
    const { model, card } = await loadNewest(own);
    model[Symbol.dispose]();
    return {
      audited,
      context: own,
      panel,
      panelCard,
      features: recipe(panel.profile),
      table: await readFeatures(own),
      evaluation: await readEvaluation(own),
      forecasts: readFrame(own.store, keysOf(own.profile.name).windows)!,
      card,
      versions: [versions[0]!, versions[1]!],
      open: async () => (await loadNewest(own)).model,
      fit: async (known, seed) => {
        const learner = contestant(LEARNER, panel.profile, own.choices, own.params);
        const seeded = { ...own, params: { ...own.params, seed } };
        return (await fitOnce(seeded, learner, known, { origin: panel.asOf, title: "drill" })).model;
      },
      order,
      holdFeatures: demandSchema,
      judge: async (version) => (await judge(own, version)).decision,
      retrain,
      load: modelLoader(own, deployedSource(own), { workers: 0 }),
      clock: () => performance.now(),
      worked: workedMs,
      memory: () => {
        // On a busy machine the collector comes late: what it may still free is no leak.
        releaseMemory();
        return Deno.memoryUsage().rss;
      },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Milliseconds that this process has worked; waiting for a processor does not count. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The shop's context: few series, few trees, a tracker in its own folder, no secrets of the environment. */
async function shopContext({ project, signal, now }: Context, workdir: string): Promise<Context> {
  const overrides = {
    dataset: "rossmann",
    source: "synthetic",
    series: 12,
    steps: 560,
    windows: 2,
    models: ["seasonal_naive", "group_median", LEARNER],
  };
  const opened = await openContext({ overrides, workdir, signal, now });
  const alone = openTracking({
    mlruns: opened.store.path("mlruns"),
    env: () => undefined,
    now: () => now().epochMilliseconds,
  });
  const { params } = opened;
  return {
    ...opened,
    ...alone,
    project,
    env: () => undefined,
    // So small a shop cannot tell a gain from chance: here a gain only has to be one.
    params: { ...params, gate: { ...params.gate, alpha: 0.5 } },
    choices: { ...opened.choices, warmup: 100 },
  };
}

/** The same context with another number of trees. */
function withRounds(context: Context, rounds: number): Context {
  const lightgbm = { rounds, learning_rate: 0.2, min_data_in_leaf: 20 };
  return {
    ...context,
    choices: { ...context.choices, regressors: { ...context.choices.regressors, [LEARNER]: lightgbm } },
  };
}
