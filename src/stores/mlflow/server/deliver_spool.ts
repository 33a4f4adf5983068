/**
 * Brings runs that waited for a server to it.
 *
 * @module
 */
import { type MlflowClient, ServerAwayError } from "@/stores/mlflow/server/client.ts";
import type { ServerRun } from "@/stores/mlflow/server/server_run.ts";
import { mlflowServer } from "@/stores/mlflow/server/server_tracker.ts";
import { type Entry, Spool, type SpooledState } from "@/stores/mlflow/server/spool.ts";

/** What became of one run. */
export interface Delivery {
  /** Its id in the spool. */
  readonly id: string;
  /** Its id on the server. */
  readonly serverId: string;
  /** How many things were recorded. */
  readonly entries: number;
  /** Why the server would not take some of them. */
  readonly refused: readonly string[];
}

/** What became of a spool. */
export interface Deliveries {
  /** Runs that are on the server now. */
  readonly delivered: readonly Delivery[];
  /** Runs in which a process is still recording, or whose parent is one of these. */
  readonly busy: readonly string[];
}

/**
 * Records every waiting run on the server, with the times at which things happened, and forgets it here.
 *
 * A delivery that is interrupted can be repeated. A run without an end, whose process was killed, is marked failed.
 *
 * @param folder The spool.
 * @throws {ServerAwayError} If the server is still away; nothing is lost.
 */
export async function deliverSpool(
  folder: string,
  client: MlflowClient,
  { user, source }: { readonly user?: string; readonly source?: string } = {},
): Promise<Deliveries> {
  const spool = new Spool(folder), delivered: Delivery[] = [], busy: string[] = [];
  for (const id of await spool.waiting()) {
    // A child names its parent, so that one comes first.
    if (await waitsForParent(spool, id)) {
      busy.push(id);
      continue;
    }
    const delivery = await spool.exclusively(id, () => deliver(spool, id, client, { user, source }));
    if (delivery) delivered.push(delivery);
    else busy.push(id);
  }
  return { delivered, busy };
}

async function waitsForParent(spool: Spool, id: string): Promise<boolean> {
  const [first] = await spool.entries(id);
  if (first?.is !== "start" || first.parent === undefined) return false;
  return await spool.isWaiting(first.parent) && (await spool.state(first.parent))?.serverId === undefined;
}

async function deliver(
  spool: Spool,
  id: string,
  client: MlflowClient,
  { user, source }: { readonly user?: string | undefined; readonly source?: string | undefined },
): Promise<Delivery> {
  const entries = await spool.entries(id), refused: string[] = [];
  let state: SpooledState = await spool.state(id) ?? {};
  // The clock of the run: each thing is recorded at the time when it happened.
  let clock = 0;
  const who = { ...(user === undefined ? {} : { user }), ...(source === undefined ? {} : { source }) };
  const tracker = mlflowServer(client, { now: () => clock, ...who });
  let run: ServerRun | undefined;

  async function record(entry: Entry): Promise<void> {
    if ("at" in entry) clock = entry.at;
    if (entry.is === "start") {
      const parent = entry.parent === undefined
        ? undefined
        : (await spool.state(entry.parent))?.serverId ?? entry.parent;
      run = await tracker.start(entry.experiment, entry.name, parent === undefined ? {} : { parent });
      state = { ...state, serverId: run.id, experiment: entry.experiment };
      return await run.tags({ "shelfcast.spooled_as": id });
    }
    if (entry.is === "resume" || !run) run = await tracker.resume(state.serverId ?? id);
    if (entry.is === "params") await run.params(entry.values);
    else if (entry.is === "points") await run.points(entry.points);
    else if (entry.is === "tags") await run.tags(entry.values);
    else if (entry.is === "input") await run.input(entry.dataset);
    else if (entry.is === "artifact") await run.artifact(entry.path, await spool.file(id, entry.file));
    else if (entry.is === "end") {
      if (entry.error === undefined) await run[Symbol.asyncDispose]();
      else await run.fail(entry.error);
      run = undefined;
    }
  }

  for (const entry of state.serverId === undefined ? entries : entries.filter(({ is }) => is !== "start")) {
    try {
      await record(entry);
      // From here on a delivery that is interrupted is begun again, which records nothing twice.
      if (entry.is === "start") await spool.setState(id, state);
    } catch (error) {
      if (error instanceof ServerAwayError || run === undefined) throw error;
      refused.push(`${entry.is}: ${(error as Error).message}`);
    }
  }
  if (run) await run.fail("The process ended before the run did");
  await spool.settle(id, state);
  return { id, serverId: state.serverId ?? id, entries: entries.length, refused };
}
