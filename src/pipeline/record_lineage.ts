/**
 * Lineage of every artefact: a record beside the data, and the chain that it makes back to the raw bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { MissingInputError } from "@/core/errors.ts";
import { artefactOf, type LineageArtefact, type LineageEvent, lineageEvent } from "@/core/open_lineage.ts";
import type { Files } from "@/core/regressor.ts";
import { type Context, registeredName } from "@/pipeline/context.ts";
import { revision } from "@/pipeline/revision.ts";
import { fingerprint, sha256 } from "@/stores/mod.ts";

/** The folder of a dataset's lineage events, one for each artefact: the job that made it. */
export const lineageFolder = (dataset: string): string => `data/lineage/${dataset}`;

const eventKey = (dataset: string, name: string) =>
  `${lineageFolder(dataset)}/${name.replaceAll(/[^\w.-]+/g, "_")}.json`;

/**
 * Records that a job made its outputs out of its inputs: names, hashes, code revision, params.
 *
 * @param inputs Keys in the working folder, or artefacts that were hashed already.
 */
export async function recordLineage(context: Context, { job, inputs, outputs, trackerRun }: {
  readonly job: string;
  readonly inputs: readonly (string | LineageArtefact)[];
  readonly outputs: readonly (string | LineageArtefact)[];
  readonly trackerRun?: string;
}): Promise<void> {
  const { store, project, profile, params, now } = context;
  const hashed = (all: readonly (string | LineageArtefact)[]) =>
    Promise.all(all.map(async (one) => typeof one === "string" ? (await hashFile(context, one))! : one));
  const code = await revision(project);
  const event = lineageEvent({
    dataset: profile.name,
    job,
    time: now().toString(),
    inputs: await hashed(inputs),
    outputs: await hashed(outputs),
    params,
    revision: code["mlflow.source.git.commit"],
    dirty: code["shelfcast.dirty"] === "true",
    trackerRun,
  });
  const text = `${JSON.stringify(event, null, 2)}\n`;
  for (const { name } of event.outputs) await store.put(eventKey(profile.name, name), text);
}

/** Hashes a file of the working folder, or one of anywhere by its absolute path; undefined where there is none. */
async function hashFile({ store }: Context, name: string): Promise<LineageArtefact | undefined> {
  const path = isAbsolute(name) ? name : store.path(name);
  try {
    using file = await Deno.open(path);
    const hash = createHash("sha256"), buffer = new Uint8Array(1 << 20);
    let bytes = 0;
    for (let read = await file.read(buffer); read !== null; read = await file.read(buffer)) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
    return { name, sha256: hash.digest("hex"), bytes };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Files that stand together as one artefact: a model. */
export function hashFiles(name: string, files: Files, names: readonly string[]): LineageArtefact {
  const own = names.map((path) => ({ path, sha256: sha256(files[path] ?? new Uint8Array()) }));
  const bytes = names.reduce((sum, path) => sum + (files[path]?.length ?? 0), 0);
  return { name, sha256: fingerprint({ files: own }), bytes, files: [...names].sort() };
}

/** One artefact of a chain, and the job that made it. */
export interface LineageLink {
  readonly artefact: LineageArtefact;
  /** Null for what came from outside and was not recorded. */
  readonly event: LineageEvent | null;
  /** How many jobs lie between it and what was asked for. */
  readonly depth: number;
  /** Why it does not hold: null when it does. */
  readonly broken: string | null;
}

/**
 * Follows an artefact back to the raw bytes, and compares every link with what is there now.
 *
 * @param asked A file (its key, or an absolute path), the id of a tracker's run, or a registered model: `models:/name/3`,
 * `name/3`, `name` for the newest.
 * @throws {MissingInputError} If nothing is recorded of it.
 */
export async function lineageChain(context: Context, asked: string): Promise<readonly LineageLink[]> {
  const events = await readEvents(context);
  const target = resolveName(context, asked, events);
  const links: LineageLink[] = [];
  const seen = new Set<string>();
  const follow = async (artefact: LineageArtefact, depth: number, wanted: boolean) => {
    if (seen.has(artefact.name)) return;
    seen.add(artefact.name);
    const event = events.get(artefact.name) ?? null;
    const made = event?.outputs.map(artefactOf).find(({ name }) => name === artefact.name);
    const now = await currentHash(context, artefact);
    const broken = now === undefined
      ? "it is not there any more"
      : made !== undefined && wanted && made.sha256 !== artefact.sha256
      ? `what was read had the hash ${short(artefact.sha256)}, and ${event!.job.name} made ${short(made.sha256)}`
      : now !== (made ?? artefact).sha256
      ? `it has the hash ${short(now)}, and was recorded with ${short((made ?? artefact).sha256)}`
      : null;
    links.push({ artefact: made ?? artefact, event, depth, broken });
    for (const input of event?.inputs ?? []) await follow(artefactOf(input), depth + 1, true);
  };
  const event = events.get(target)!;
  await follow(event.outputs.map(artefactOf).find(({ name }) => name === target)!, 0, false);
  return links;
}

const short = (sha256: string) => sha256.slice(0, 12);

async function readEvents({ store, profile }: Context): Promise<Map<string, LineageEvent>> {
  const events = new Map<string, LineageEvent>();
  for await (const key of store.list(`${lineageFolder(profile.name)}/`)) {
    const event = JSON.parse(new TextDecoder().decode(await store.get(key))) as LineageEvent;
    for (const { name } of event.outputs) {
      const known = events.get(name);
      if (known === undefined || known.eventTime < event.eventTime) events.set(name, event);
    }
  }
  return events;
}

function resolveName(context: Context, asked: string, events: Map<string, LineageEvent>): string {
  const inside = context.store.path("x").slice(0, -1);
  const key = asked.startsWith(inside) ? asked.slice(inside.length) : asked.replace(/^\.\//, "");
  const names = [key, asked, `models:/${asked}`];
  const found = names.find((name) => events.has(name));
  if (found !== undefined) return found;
  // A run: what was made last in it. A bare name: its newest version.
  const made = [...events].filter(([name, event]) =>
    event.run.facets.shelfcast_run.trackerRun === asked || event.run.runId === asked ||
    name.startsWith(`models:/${asked}/`)
  ).toSorted(([, a], [, b]) => a.eventTime < b.eventTime ? 1 : -1);
  if (made.length > 0) return made[0]![0];
  throw new MissingInputError(
    `the lineage of ${asked} (${
      events.size === 0 ? "none is recorded yet" : `known are ${[...events.keys()].join(", ")}`
    })`,
    "pipeline",
  );
}

async function currentHash(context: Context, { name, files }: LineageArtefact): Promise<string | undefined> {
  if (files === undefined) return (await hashFile(context, name))?.sha256;
  const version = Number(/\/(\d+)$/.exec(name)?.[1]);
  const versions = await context.registry.versions(registeredName(context));
  const own = versions.find((one) => one.version === version);
  return own === undefined ? undefined : hashFiles(name, await context.registry.files(own), files).sha256;
}
