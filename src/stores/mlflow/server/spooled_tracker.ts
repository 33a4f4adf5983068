/**
 * A server's tracker that goes on when the server is away.
 *
 * @module
 */
import type { Bytes } from "@/core/store.ts";
import type { DatasetInput, Run, Tracker } from "@/core/tracker.ts";
import { changedParam, endedRun, errorText } from "@/stores/mlflow/files_run.ts";
import { randomRunId } from "@/stores/mlflow/files_tracker.ts";
import { checkArtifactPath, checkExperimentName, checkKey, clip, PARAM_LIMIT } from "@/stores/mlflow/names.ts";
import { ServerAwayError } from "@/stores/mlflow/server/client.ts";
import { historyEntries, type SentPoint, type ServerRun } from "@/stores/mlflow/server/server_run.ts";
import type { ServerTracker } from "@/stores/mlflow/server/server_tracker.ts";
import { type Entry, type Journal, Spool } from "@/stores/mlflow/server/spool.ts";

/** What a spooled tracker is told besides its server. */
export interface SpoolOptions {
  /** Where runs wait for the server. */
  readonly folder: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the id of a run that begins without the server; a random one when left out. */
  readonly newId?: () => string;
  /** Hears, once per run, that the server is away. */
  readonly onAway?: (error: ServerAwayError, run: string) => void;
}

/**
 * Records runs on a server, and in a folder from the moment on when the server does not answer; `deliverSpool` brings them
 * there later. A run that began without the server has an id of its own, under which it can be resumed before and after.
 *
 * Reading (`read`, `runs`, `artifactOf`) needs the server.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { deliverSpool, mlflowClient, mlflowServer, spooledTracker } from "@/stores/mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const away = () => Promise.reject(new TypeError("no route"));
 * const client = mlflowClient("http://localhost:5000", { fetch: away, attempts: 1 });
 * const tracker = spooledTracker(mlflowServer(client, { now: () => 0 }), { folder, now: () => 0 });
 * {
 *   await using run = await tracker.start("rossmann", "train");
 *   await run.metrics({ rmspe: 0.12 });
 * }
 * await expect(deliverSpool(folder, client)).rejects.toThrow("localhost:5000"); // still away: nothing is lost
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function spooledTracker(
  server: ServerTracker,
  { folder, now, newId = randomRunId, onAway = () => {} }: SpoolOptions,
): Tracker {
  const spool = new Spool(folder);
  const serverId = async (id: string) => (await spool.state(id))?.serverId ?? id;

  /** Opens the journal of a run that the server knows, or of a new one. */
  async function goOffline(id: string, first: Entry, known: { readonly serverId?: string }): Promise<Journal> {
    if (!await spool.state(id)) await spool.setState(id, known);
    const journal = await spool.open(id);
    await journal.append(first);
    return journal;
  }

  const runOptions = (id: string) => ({
    now,
    offline: () => goOffline(id, { is: "resume", at: now() }, { serverId: id }),
    onAway: (error: ServerAwayError) => onAway(error, id),
  });

  return {
    async start(experiment, name, { parent } = {}) {
      checkExperimentName(experiment);
      const above = parent === undefined ? {} : { parent: await serverId(parent) };
      const parentWaits = parent !== undefined && await spool.isWaiting(parent);
      if (!parentWaits) {
        try {
          const run = await server.start(experiment, name, above);
          return new SpooledRun(run.id, experiment, runOptions(run.id), run);
        } catch (error) {
          if (!(error instanceof ServerAwayError)) throw error;
          const id = newId();
          onAway(error, id);
          const first: Entry = {
            is: "start",
            experiment,
            name,
            ...(parent === undefined ? {} : { parent }),
            at: now(),
          };
          const journal = await goOffline(id, first, {});
          return new SpooledRun(id, experiment, runOptions(id), undefined, journal);
        }
      }
      const id = newId();
      const journal = await goOffline(id, { is: "start", experiment, name, parent, at: now() }, {});
      return new SpooledRun(id, experiment, runOptions(id), undefined, journal);
    },
    async resume(id) {
      const state = await spool.state(id);
      if (state && await spool.isWaiting(id)) {
        // What waits comes first, so what follows waits too.
        const journal = await goOffline(id, { is: "resume", at: now() }, {});
        const entries = await spool.entries(id);
        const start = entries.find((entry) => entry.is === "start");
        const params = Object.assign({}, ...entries.flatMap((entry) => entry.is === "params" ? [entry.values] : []));
        return new SpooledRun(id, start?.experiment ?? "", runOptions(id), undefined, journal, params);
      }
      const known = state?.serverId ?? id;
      try {
        const run = await server.resume(known);
        return new SpooledRun(known, run.experiment, runOptions(known), run);
      } catch (error) {
        if (!(error instanceof ServerAwayError)) throw error;
        onAway(error, id);
        const journal = await goOffline(id, { is: "resume", at: now() }, { serverId: known });
        return new SpooledRun(id, "", runOptions(id), undefined, journal);
      }
    },
    read: async (id) => await server.read(await serverId(id)),
    runs: (experiment) => server.runs(experiment),
    artifactOf: async (id, path) => await server.artifactOf(await serverId(id), path),
  };
}

interface RunOptions {
  readonly now: () => number;
  readonly offline: () => Promise<Journal>;
  readonly onAway: (error: ServerAwayError) => void;
}

/** A run on a server or, once that was away, in a journal. */
class SpooledRun implements Run {
  readonly id: string;
  readonly experiment: string;
  readonly #options: RunOptions;
  readonly #run: ServerRun | undefined;
  readonly #params: Map<string, string>;
  #journal: Promise<Journal> | undefined;
  #ended = false;

  constructor(
    id: string,
    experiment: string,
    options: RunOptions,
    run: ServerRun | undefined,
    journal?: Journal,
    params: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    this.id = id;
    this.experiment = experiment;
    this.#options = options;
    this.#run = run;
    this.#journal = journal && Promise.resolve(journal);
    this.#params = new Map(Object.entries(params).map(([name, value]) => [name, textOf(value)]));
  }

  async params(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.#open("params");
    for (const [name, value] of Object.entries(values)) {
      checkKey("param", name);
      const known = this.#params.get(name);
      if (known !== undefined && known !== textOf(value)) throw changedParam(name, this.id, known, textOf(value));
    }
    await this.#record((run) => run.params(values), () => [{ is: "params", values }]);
    for (const [name, value] of Object.entries(values)) this.#params.set(name, textOf(value));
  }

  async metrics(values: Readonly<Record<string, number>>, step = 0): Promise<void> {
    for (const name of Object.keys(values)) checkKey("metric", name);
    await this.#points(Object.entries(values).map(([name, value]) => [name, value, step]));
  }

  async history(values: Readonly<Record<string, readonly number[]>>): Promise<void> {
    for (const name of Object.keys(values)) checkKey("metric", name);
    await this.#points(historyEntries(values));
  }

  async #points(values: readonly (readonly [name: string, value: number, step: number])[]): Promise<void> {
    this.#open("metrics");
    const timestamp = this.#options.now();
    const points: SentPoint[] = values.filter(([, value]) => Number.isFinite(value))
      .map(([key, value, step]) => ({ key, value, timestamp, step }));
    // When the server is found away, the run hands back all that it had not sent, these among them.
    await this.#record((run) => run.points(points), () => this.#run ? [] : [{ is: "points", points }], points);
  }

  async tags(values: Readonly<Record<string, string>>): Promise<void> {
    this.#open("tags");
    for (const name of Object.keys(values)) checkKey("tag", name);
    await this.#record((run) => run.tags(values), () => [{ is: "tags", values }]);
  }

  async input(dataset: DatasetInput): Promise<void> {
    this.#open("an input");
    await this.#record((run) => run.input(dataset), () => [{ is: "input", dataset }]);
  }

  async artifact(path: string, value: Bytes | string): Promise<void> {
    this.#open("an artifact");
    checkArtifactPath(path);
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    await this.#record((run) => run.artifact(path, bytes), async (journal) => {
      return [{ is: "artifact", path, file: await journal.keep(bytes) }];
    });
  }

  async fail(error: unknown): Promise<void> {
    this.#open("a failure");
    await this.#end(errorText(error), (run) => run.fail(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#end(undefined, (run) => run[Symbol.asyncDispose]());
  }

  async #end(error: string | undefined, end: (run: ServerRun) => Promise<void>): Promise<void> {
    const entry: Entry = { is: "end", ...(error === undefined ? {} : { error }), at: this.#options.now() };
    await this.#record(end, () => [entry]);
    this.#ended = true;
    (await this.#journal)?.[Symbol.dispose]();
  }

  /** Does it on the server; or writes it down, when the server is away now or was before. */
  async #record(
    onServer: (run: ServerRun) => Promise<void>,
    entries: (journal: Journal) => readonly Entry[] | Promise<readonly Entry[]>,
    points?: readonly SentPoint[],
  ): Promise<void> {
    if (this.#run && !this.#journal) {
      try {
        return await onServer(this.#run);
      } catch (error) {
        if (!(error instanceof ServerAwayError)) throw error;
        // Calls that did not wait for each other may all find the server away.
        if (!this.#journal) {
          this.#options.onAway(error);
          this.#journal = this.#options.offline();
        }
      }
      const journal = await this.#journal;
      const unsent = this.#run.unsent();
      if (unsent.length > 0) await journal.append({ is: "points", points: unsent });
      return await journal.append(...await entries(journal));
    }
    const journal = (await this.#journal)!;
    if (points) return await journal.append({ is: "points", points });
    await journal.append(...await entries(journal));
  }

  #open(what: string): void {
    if (this.#ended) throw endedRun(what, this.id);
  }
}

function textOf(value: string | number | boolean): string {
  return clip(String(value), PARAM_LIMIT);
}
