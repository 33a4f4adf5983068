/**
 * Reproduce: run the pipeline again as a run's card says, and compare the model byte by byte.
 *
 * @module
 */
import { join } from "node:path";
import type { Finding } from "@/core/check.ts";
import { DatasetError, GateError, ModelUnavailableError } from "@/core/errors.ts";
import type { Bytes } from "@/core/store.ts";
import { noSuchRun } from "@/pipeline/compare_runs.ts";
import { type Context, experimentName, openContext } from "@/pipeline/context.ts";
import { readCard } from "@/pipeline/forecast.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { pipeline } from "@/pipeline/pipeline.ts";
import { revision } from "@/pipeline/revision.ts";
import { openTracking } from "@/pipeline/tracking.ts";
import { rawFolder, readLineage, sha256 } from "@/stores/mod.ts";

/** A run that was made a second time. */
export interface Reproduced {
  readonly run: string;
  /** Each file of the model, with the sha256 that both runs gave it. */
  readonly files: Readonly<Record<string, string>>;
  /** The code that made it then, and the code that made it now. */
  readonly code: { readonly then: string; readonly now: string };
  /** Where the data came from this time. */
  readonly source: string;
  readonly fingerprint: string;
}

/**
 * Makes a run again in a folder of its own: the same data (recognised by its fingerprint), params, seed and steps. The
 * working folder stays as it is.
 *
 * @throws {ModelUnavailableError} If there is no such run, or it holds no model.
 * @throws {DatasetError} If the data of that time is not at hand any more.
 * @throws {GateError} If the model's bytes differ: one finding per file.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { openContext } from "@/pipeline/context.ts";
 * import { pipeline } from "@/pipeline/pipeline.ts";
 * import { reproduce } from "@/pipeline/reproduce.ts";
 * import { restore } from "@/pipeline/restore.ts";
 *
 * const overrides = { series: 3, steps: 250, windows: 1, models: ["seasonal_naive", "group_median"] };
 * const context = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { run, registered } = await pipeline(context);
 * const again = await reproduce(context, run.id);
 * expect(again.code.now).toBe(again.code.then);
 * // And from nothing but `mlruns`, which a backup has:
 * const empty = await openContext({ workdir: await Deno.makeTempDir(), overrides });
 * const { champion } = await restore(empty, registered!.version, { from: context.store.path("mlruns") });
 * expect(champion).toBe("group_median");
 * ```
 */
export async function reproduce(context: Context, id: string): Promise<Reproduced> {
  const { card, files: then } = await readRun(context, id);
  const source = await sourceOf(context, card);
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-reproduce-" });
  try {
    const paramsFile = join(folder, "params.yaml");
    // Every JSON document is YAML too.
    await Deno.writeTextFile(paramsFile, JSON.stringify({ ...card.choices, source, horizon: card.horizon }));
    const { signal, now, progress, onDownload, onStage } = context;
    const workdir = join(folder, "work");
    const opened = await openContext({ paramsFile, workdir, signal, now, progress, onDownload, onStage });
    // Whatever server the environment names: a second try is nobody's new run or version.
    const mlruns = opened.store.path("mlruns");
    const alone = openTracking({ mlruns, env: () => undefined, now: () => now().epochMilliseconds });
    const again = { ...opened, ...alone };
    const { run } = await pipeline(again);
    const made = await readRun(again, run.id);
    demandSameData(id, card, made.card, source);
    const code = { then: codeOf(card.code), now: codeOf(await revision(context.project)) };
    const found = compare(then, made.files);
    const differing = found.filter(({ passed }) => !passed);
    if (differing.length > 0) {
      const cause = code.then === code.now ? "" : `; the code was ${code.then} then and is ${code.now} now`;
      throw new GateError(
        `Refused to call the run ${id} reproduced as ${differing.length} of ${found.length} files differ${cause}`,
        found,
      );
    }
    const sums = Object.entries(then).map(([name, bytes]) => [name, sha256(bytes)]);
    return { run: id, files: Object.fromEntries(sums), code, source, fingerprint: card.data.fingerprint };
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** A run's card and its model's files; the card itself tells when it was written, and is no part of the comparison. */
async function readRun(
  context: Context,
  id: string,
): Promise<{ card: ModelCard; files: Readonly<Record<string, Bytes>> }> {
  const { tracker } = context;
  const record = await tracker.read(id).catch((error) => {
    if (error instanceof RangeError) return undefined;
    throw error;
  });
  if (record === undefined) {
    const all = await tracker.runs(experimentName(context));
    const known = all.filter(({ tags }) => tags["mlflow.parentRunId"] === undefined);
    throw noSuchRun(context, id, known);
  }
  const paths = record.artifacts.filter((path) => path.startsWith("model/") && !path.endsWith("/card.json"));
  const card = await tracker.artifactOf(id, "model/card.json");
  if (card === undefined || paths.length === 0) {
    throw new ModelUnavailableError(
      `Cannot reproduce the run ${id} as it holds no model: it ended before it registered one`,
    );
  }
  const files: Record<string, Bytes> = {};
  for (const path of paths) {
    // What a tracker adds beside the model names the run it is in.
    if (/\/(MLmodel|checksums\.json|conda\.yaml|python_env\.yaml|requirements\.txt)$/.test(path)) continue;
    files[path.slice("model/".length)] = (await tracker.artifactOf(id, path))!;
  }
  return { card: readCard(card, `of the run ${id}`), files };
}

/** The raw files in the working folder, when they are those of the run; else the place that the run took them from. */
async function sourceOf({ store, profile }: Context, { choices, data }: ModelCard): Promise<string> {
  if (choices.source === "synthetic") return choices.source;
  const lineage = await readLineage(store, profile.name).catch(() => undefined);
  return lineage?.fingerprint === data.fingerprint ? store.path(rawFolder(profile.name)) : choices.source;
}

function demandSameData(id: string, then: ModelCard, now: ModelCard, source: string): void {
  if (then.data.fingerprint === now.data.fingerprint) return;
  throw new DatasetError(
    `Cannot reproduce the run ${id} as its data is not at hand: it was made from the fingerprint ` +
      `${then.data.fingerprint.slice(0, 12)}, and ${source} has ${now.data.fingerprint.slice(0, 12)} now`,
    { dataset: then.dataset },
  );
}

function compare(then: Readonly<Record<string, Bytes>>, now: Readonly<Record<string, Bytes>>): Finding[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const sum = (bytes: Bytes | undefined) => bytes === undefined ? "missing" : sha256(bytes);
  return names.map((name) => ({
    check: "same bytes",
    table: name,
    passed: sum(then[name]) === sum(now[name]),
    severity: "critical",
    observed: sum(now[name]),
    wanted: sum(then[name]),
  }));
}

function codeOf(code: Readonly<Record<string, string>>): string {
  const commit = code["mlflow.source.git.commit"]?.slice(0, 12) ?? "no git checkout";
  return code["shelfcast.dirty"] === "true" ? `${commit} with changes` : commit;
}
