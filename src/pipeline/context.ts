/**
 * The one object in which a run's choices and the outside world meet; made once by a task, a notebook or a test.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { getLogger, type Logger } from "@logtape/logtape";
import type { Dataset } from "@/core/dataset.ts";
import type { DatasetProfile } from "@/core/panel.ts";
import { ParamsError } from "@/core/errors.ts";
import type { Registry } from "@/core/registry.ts";
import type { Progress } from "@/core/source.ts";
import type { LocalStore } from "@/core/store.ts";
import type { Tracker } from "@/core/tracker.ts";
import { datasets, isOwn } from "@/datasets/mod.ts";
import {
  type DatasetParams,
  datasetParams,
  fillName,
  type Overrides,
  type Params,
  readParams,
} from "@/pipeline/params.ts";
import { modelNames } from "@/pipeline/models.ts";
import { openTracking } from "@/pipeline/tracking.ts";
import { directoryStore, isS3, s3Store, type StagedStore, stagedStore } from "@/stores/mod.ts";

/** Tells a person how far a long piece of work is. */
export interface ProgressBar {
  /** `done` of `total` parts, with a few words such as the validation metric. */
  update(done: number, total: number, note?: string): void;
  end(): void;
}

/** Everything that a step may use of the world. */
export interface Context {
  readonly params: Params;
  /** The params of the run's dataset. */
  readonly choices: DatasetParams;
  readonly dataset: Dataset;
  /** The dataset's profile, with the run's horizon. */
  readonly profile: DatasetProfile;
  /** The working folder: data/, models/, reports/, logs/. */
  readonly store: LocalStore;
  /** The project's own files: expectations/, deno.lock, node_modules. */
  readonly project: LocalStore;
  readonly tracker: Tracker;
  readonly registry: Registry;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Environment variables by name: secrets and addresses. */
  env(name: string): string | undefined;
  now(): Temporal.Instant;
  /** Opens a progress bar for a piece of work. */
  progress(title: string): ProgressBar;
  /** Hears of a download's progress. */
  onDownload(progress: Progress): void;
  /** Hears of a stage that begins. */
  onStage(name: string): void;
  /** Brings what was written where it belongs: where the working folder is a bucket, nobody else has seen it before. */
  deliver(): Promise<void>;
}

/** What a caller may choose about a context; everything has a default. */
export interface ContextOptions {
  /** Values that win over those of `tasks/params.yaml`. */
  readonly overrides?: Overrides;
  /** Another params file than the project's own `tasks/params.yaml`. */
  readonly paramsFile?: string;
  /** The folder for data/, models/, mlruns/, reports/, logs/, or `s3://bucket/prefix`; the project's own by default. */
  readonly workdir?: string;
  /** Only a part of the series is worked on: tables of all of them are not brought from a bucket. */
  readonly partitioned?: boolean;
  readonly signal?: AbortSignal;
  readonly now?: () => Temporal.Instant;
  readonly progress?: (title: string) => ProgressBar;
  readonly onDownload?: (progress: Progress) => void;
  readonly onStage?: (name: string) => void;
}

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const SILENT: ProgressBar = { update: () => {}, end: () => {} };

/**
 * Opens the world for a run: reads the params file and the environment, and opens the stores.
 *
 * Requires `--allow-read`, `--allow-write` and `--allow-env`.
 *
 * @throws {ParamsError} If the params file or an override is invalid.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 *
 * const workdir = await Deno.makeTempDir();
 * const context = await openContext({ workdir, overrides: { dataset: "walmart", seed: 7 } });
 * expect([context.profile.frequency, context.params.seed]).toEqual(["1w", 7]);
 * await expect(openContext({ overrides: { dataset: "rosmann" } })).rejects.toThrow('Did you mean "rossmann"?');
 * ```
 */
export async function openContext({
  overrides = {},
  paramsFile,
  workdir,
  partitioned = false,
  signal = new AbortController().signal,
  now = () => Temporal.Now.instant(),
  progress = () => SILENT,
  onDownload = () => {},
  onStage = () => {},
}: ContextOptions = {}): Promise<Context> {
  const project = directoryStore(PROJECT);
  const text = await readParamsFile(paramsFile ?? project.path("tasks/params.yaml"));
  const read = readParams(text, overrides, { datasets: Object.keys(datasets), models: modelNames });
  const dataset = datasets[read.dataset]!;
  const params = isOwn(dataset) ? ownParams(read, overrides, dataset.home) : read;
  const profile = params.horizon === undefined ? dataset.profile : { ...dataset.profile, horizon: params.horizon };
  const env = (name: string) => Deno.env.get(name);
  const staged = workdir !== undefined && isS3(workdir)
    ? await openStage(workdir, project, params.dataset, partitioned, env)
    : undefined;
  const store = staged ?? (workdir === undefined ? project : directoryStore(workdir));
  const log = getLogger(["shelfcast", params.dataset]);
  const milliseconds = () => now().epochMilliseconds;
  return {
    params,
    choices: datasetParams(params),
    dataset,
    profile,
    store,
    project,
    ...openTracking({
      mlruns: store.path("mlruns"),
      env,
      now: milliseconds,
      onAway: ({ message }, run) => log.warn("tracking server away, run goes on in the spool", { run, message }),
    }),
    log,
    signal,
    env,
    now,
    progress,
    onDownload,
    onStage,
    async deliver() {
      const files = await staged?.deliver();
      if (files !== undefined) log.info("delivered", { to: store.location, files });
      await staged?.release();
    },
  };
}

/** A dataset of one's own is read from where it is, unless another source is asked for, by models that suit many. */
function ownParams(params: Params, { source }: Overrides, home: string): Params {
  const { dataset, datasets: known } = params;
  return {
    ...params,
    ...source === undefined && { source: home },
    datasets: { ...known, [dataset]: known[dataset] ?? OWN_CHOICES },
  };
}

/** What competes on a dataset that the params file says nothing about. */
const OWN_CHOICES: Params["datasets"][string] = {
  models: ["seasonal_naive", "group_median", "lightgbm"],
  warmup: 0,
  regressors: { lightgbm: { rounds: 200, learning_rate: 0.05, min_data_in_leaf: 20 } },
  costs: { under: 4, over: 1, currency: "EUR" },
  hierarchy: [],
};

/**
 * Opens a bucket as the working folder. Parts are written to it at once, as other machines wait for them; logs stay here;
 * of the rest, this dataset's files are brought.
 */
async function openStage(
  url: string,
  project: LocalStore,
  dataset: string,
  partitioned: boolean,
  env: (name: string) => string | undefined,
): Promise<StagedStore> {
  const tables = [`data/panel/${dataset}/`, `data/features/${dataset}/`];
  const others = Object.keys(datasets).filter((name) => name !== dataset);
  return await stagedStore(s3Store(url, env), env("SHELFCAST_STAGE") ?? project.path(".cache/stage"), {
    direct: (key) => key.startsWith("data/partitions/"),
    own: (key) => key.startsWith("logs/") || key.startsWith(".cache/"),
    wanted: (key) =>
      !others.some((name) => new RegExp(`^(data/\\w+|models|reports)/${name}/`).test(key)) &&
      !(partitioned && tables.some((folder) => key.startsWith(folder))),
  });
}

async function readParamsFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new ParamsError(`Cannot read the params file ${path}: ${why}`);
  }
}

/** The MLflow experiment that the run's dataset is recorded in. */
export const experimentName = ({ params }: Context): string => fillName(params.experiment, params.dataset);

/** The name under which the dataset's models are registered. */
export const registeredName = ({ params }: Context): string => fillName(params.registry.name, params.dataset);
