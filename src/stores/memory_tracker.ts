/**
 * Runs and registered models that live as long as the process: for tests and for trying things out.
 *
 * @module
 */
import { ModelUnavailableError } from "@/core/errors.ts";
import type { ModelVersion, Registry } from "@/core/registry.ts";
import type { Files } from "@/core/regressor.ts";
import type { Bytes } from "@/core/store.ts";
import type { DatasetInput, Run, Tracker } from "@/core/tracker.ts";
import { changedParam, endedRun, ERROR_TAG } from "@/stores/mlflow/files_run.ts";
import {
  checkAlias,
  checkArtifactPath,
  checkExperimentName,
  checkKey,
  checkModelName,
  clip,
  PARAM_LIMIT,
  TAG_LIMIT,
} from "@/stores/mlflow/names.ts";
import { CHECKSUMS, sealed, verified } from "@/stores/model_bundle.ts";
import type { MetricPoint, RunRecord, RunStatus } from "@/core/run_record.ts";

/** A tracker whose runs can be read back at once. */
export interface MemoryTracker extends Tracker {
  /** What was recorded of a run so far. */
  record(id: string): RunRecord;
  /** A run's artifacts under a folder, by their paths in it. */
  artifacts(id: string, folder: string): Files;
}

interface Recording {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  status: RunStatus;
  readonly started: number;
  ended: number | undefined;
  readonly params: Map<string, string>;
  readonly metrics: Map<string, MetricPoint[]>;
  readonly tags: Map<string, string>;
  readonly inputs: Map<string, DatasetInput>;
  readonly artifacts: Map<string, Bytes>;
}

/**
 * Records runs in memory, by the same rules as MLflow.
 *
 * @throws {RangeError} Its methods: if there is no such run.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { memoryTracker } from "@/stores/memory_tracker.ts";
 *
 * const tracker = memoryTracker({ now: () => 1_767_225_600_000 });
 * const run = await tracker.start("rossmann", "lightgbm");
 * await run.params({ rounds: 100 });
 * expect(tracker.record(run.id).params).toEqual({ rounds: "100" });
 * ```
 */
export function memoryTracker({ now }: { readonly now: () => number }): MemoryTracker {
  const recordings = new Map<string, Recording>();

  function find(id: string, what: string): Recording {
    const found = recordings.get(id);
    if (!found) throw new RangeError(`Cannot ${what} the run ${id} as there is no such run: start one first`);
    return found;
  }

  return {
    start(experiment, name, { parent } = {}) {
      return promised(() => {
        const recording: Recording = {
          id: (recordings.size + 1).toString(16).padStart(32, "0"),
          experiment: checkExperimentName(experiment),
          name: clip(name, TAG_LIMIT),
          status: "running",
          started: now(),
          ended: undefined,
          params: new Map(),
          metrics: new Map(),
          tags: new Map([["mlflow.runName", clip(name, TAG_LIMIT)]]),
          inputs: new Map(),
          artifacts: new Map(),
        };
        if (parent !== undefined) recording.tags.set("mlflow.parentRunId", parent);
        recordings.set(recording.id, recording);
        return memoryRun(recording, now);
      });
    },
    resume(id) {
      return promised(() => {
        const recording = find(id, "resume");
        recording.status = "running";
        recording.ended = undefined;
        return memoryRun(recording, now);
      });
    },
    read(id) {
      return promised(() => this.record(id));
    },
    runs(experiment) {
      return promised(() =>
        [...recordings.values()].filter((run) => run.experiment === experiment).map(({ id }) => this.record(id))
      );
    },
    artifactOf(id, path) {
      return promised(() => find(id, "read").artifacts.get(checkArtifactPath(path))?.slice());
    },
    record(id) {
      const { ended, params, metrics, tags, inputs, artifacts, ...plain } = find(id, "read");
      return {
        ...plain,
        ...(ended === undefined ? {} : { ended }),
        params: Object.fromEntries(params),
        metrics: Object.fromEntries([...metrics].map(([name, points]) => [name, [...points]])),
        tags: Object.fromEntries(tags),
        inputs: [...inputs.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
        artifacts: [...artifacts.keys()].sort(),
      };
    },
    artifacts(id, folder) {
      const inside = [...find(id, "read").artifacts].filter(([path]) => path.startsWith(`${folder}/`));
      return Object.fromEntries(inside.map(([path, bytes]) => [path.slice(folder.length + 1), bytes.slice()]));
    },
  };
}

/** One run in memory. */
function memoryRun(recording: Recording, now: () => number): Run {
  let open = true;
  const write = (what: string, action: () => void) =>
    promised(() => {
      if (!open) throw endedRun(what, recording.id);
      action();
    });
  const add = (name: string, value: number, step: number) => {
    if (!Number.isFinite(value)) return;
    const points = recording.metrics.get(name) ?? [];
    points.push({ value, step, timestamp: now() });
    recording.metrics.set(name, points);
  };
  const end = (status: RunStatus) => {
    open = false;
    recording.status = status;
    recording.ended = now();
  };

  return {
    id: recording.id,
    experiment: recording.experiment,
    params: (values) =>
      write("params", () => {
        for (const name of Object.keys(values)) checkKey("param", name);
        for (const [name, value] of Object.entries(values)) {
          const text = clip(String(value), PARAM_LIMIT), known = recording.params.get(name);
          if (known !== undefined && known !== text) throw changedParam(name, recording.id, known, text);
          recording.params.set(name, text);
        }
      }),
    metrics: (values, step = 0) =>
      write("metrics", () => {
        for (const name of Object.keys(values)) checkKey("metric", name);
        for (const [name, value] of Object.entries(values)) add(name, value, step);
      }),
    history: (values) =>
      write("metrics", () => {
        for (const name of Object.keys(values)) checkKey("metric", name);
        for (const [name, points] of Object.entries(values)) points.forEach((value, i) => add(name, value, i + 1));
      }),
    tags: (values) =>
      write("tags", () => {
        for (const name of Object.keys(values)) checkKey("tag", name);
        for (const [name, value] of Object.entries(values)) recording.tags.set(name, clip(value, TAG_LIMIT));
      }),
    input: (dataset) =>
      write("an input", () => {
        recording.inputs.set(`${dataset.name}\n${dataset.digest}`, dataset);
      }),
    artifact: (path, value) =>
      write("an artifact", () => {
        const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value.slice();
        recording.artifacts.set(checkArtifactPath(path), bytes);
      }),
    fail: (error) =>
      write("a failure", () => {
        const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        recording.tags.set(ERROR_TAG, clip(message, TAG_LIMIT));
        end("failed");
      }),
    [Symbol.asyncDispose]: () =>
      promised(() => {
        if (open) end("finished");
      }),
  };
}

/**
 * Keeps model versions in memory, with the files of a memory tracker's runs.
 *
 * @throws {RangeError} Its methods: if there is no such version; `register` and `files` throw a
 * `ModelUnavailableError` where there are no files.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { memoryRegistry, memoryTracker } from "@/stores/memory_tracker.ts";
 *
 * const now = () => 1_767_225_600_000;
 * const tracker = memoryTracker({ now });
 * const run = await tracker.start("rossmann", "lightgbm");
 * await run.artifact("model/model.txt", "tree");
 * const version = await memoryRegistry(tracker, { now }).register("rossmann", { runId: run.id, path: "model" });
 * expect(version).toMatchObject({ name: "rossmann", version: 1, stage: "None" });
 * ```
 */
export function memoryRegistry(
  tracker: MemoryTracker,
  { now }: { readonly now: () => number },
): Registry {
  const models = new Map<string, { readonly version: ModelVersion; readonly files: Files }[]>();
  const aliases = new Map<string, number>();
  const entriesOf = (name: string) => models.get(checkModelName(name)) ?? [];
  const demandVersion = (name: string, version: number, what: string): ModelVersion => {
    const entries = entriesOf(name), found = entries[version - 1];
    if (found) return found.version;
    const known = entries.map((entry) => entry.version.version).join(", ") || "none";
    throw new RangeError(`Cannot ${what} as there is no such version: there are ${known}`);
  };
  const change = (name: string, changed: (version: ModelVersion) => ModelVersion) => {
    models.set(name, entriesOf(name).map(({ version, files }) => ({ version: changed(version), files })));
  };

  return {
    register(name, { runId, path }, { stage = "None", description = "", tags = {} } = {}) {
      return promised(() => {
        const entries = entriesOf(name);
        for (const tag of Object.keys(tags)) checkKey("tag", tag);
        const files = tracker.artifacts(runId, checkArtifactPath(path));
        if (Object.keys(files).length === 0) {
          throw new ModelUnavailableError(
            `Cannot register ${name} from the run ${runId} as it has no files under ${path}/`,
          );
        }
        const version: ModelVersion = {
          name,
          version: entries.length + 1,
          stage,
          runId,
          description,
          created: now(),
          tags: { ...tags },
        };
        const whole = files[CHECKSUMS] ? verified(files, `${name} of the run ${runId}`) : sealed(files);
        models.set(name, [...entries, { version, files: whole }]);
        return version;
      });
    },
    versions: (name) => promised(() => entriesOf(name).map(({ version }) => version)),
    files({ name, version }) {
      return promised(() => {
        const found = entriesOf(name)[version - 1];
        if (!found) {
          throw new ModelUnavailableError(`Cannot use the model ${name} version ${version}: there is no such version`);
        }
        return verified(found.files, `${name} version ${version}`);
      });
    },
    transition(name, version, stage, { archive = false } = {}) {
      return promised(() => {
        const found = demandVersion(name, version, `move ${name} version ${version} to ${stage}`);
        change(name, (other) => {
          if (other.version === version) return { ...other, stage };
          return archive && other.stage === stage ? { ...other, stage: "Archived" } : other;
        });
        return { ...found, stage };
      });
    },
    tag(name, version, tags) {
      return promised(() => {
        for (const key of Object.keys(tags)) checkKey("tag", key);
        demandVersion(name, version, `tag ${name} version ${version}`);
        change(name, (own) => own.version === version ? { ...own, tags: { ...own.tags, ...tags } } : own);
      });
    },
    alias(name, alias, version) {
      return promised(() => {
        checkAlias(alias);
        demandVersion(name, version, `give ${name} version ${version} the alias "${alias}"`);
        aliases.set(`${name}/${alias}`, version);
      });
    },
    unalias(name, alias) {
      return promised(() => {
        aliases.delete(`${checkModelName(name)}/${checkAlias(alias)}`);
      });
    },
    aliases(name) {
      return promised(() => {
        const own = [...aliases].filter(([key]) => key.startsWith(`${checkModelName(name)}/`));
        return Object.fromEntries(own.map(([key, version]) => [key.slice(name.length + 1), version]));
      });
    },
    models: () => promised(() => [...models.keys()].sort()),
    byAlias(name, alias) {
      return promised(() => {
        const version = aliases.get(`${name}/${checkAlias(alias)}`);
        return version === undefined ? undefined : entriesOf(name)[version - 1]?.version;
      });
    },
  };
}

/** Runs an action at once; what it throws becomes a rejection. */
function promised<T>(action: () => T): Promise<T> {
  return Promise.try(action);
}
