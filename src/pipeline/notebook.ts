/**
 * The context of a notebook: like a task's, with a folder of its own, small embedded data, and progress under the cell.
 *
 * @module
 */
import { join } from "node:path";
import { type Context, openContext, type ProgressBar } from "@/pipeline/context.ts";
import type { Overrides } from "@/pipeline/params.ts";

/** Small enough that a notebook runs in about a minute on two cores, large enough to show what it tells. */
const EMBEDDED: Readonly<Record<string, Overrides>> = {
  rossmann: { series: 24, windows: 2 },
  walmart: { series: 32, windows: 2 },
  "store-item": { series: 24, windows: 2 },
};

/**
 * Opens a notebook's context. The environment variables DATASET and SOURCE choose other data than the embedded; WORKDIR
 * another folder than the notebook's own below `.cache/notebooks/`, so that notebooks never touch a pipeline's results.
 *
 * Requires `--allow-read`, `--allow-write` and `--allow-env`.
 *
 * @param name The notebook's: `02_explore`.
 * @param options.fresh Begins in an empty folder each time: for a story in which versions and people are counted.
 * @throws {ParamsError} If DATASET is not a dataset, or an override is invalid.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { notebookFacts, openNotebook } from "@/pipeline/notebook.ts";
 *
 * const context = await openNotebook("02_explore");
 * expect(context.store.location).toContain("02_explore");
 * expect(notebookFacts(context)["horizon"]).toBe("42 days");
 * ```
 */
export async function openNotebook(
  name: string,
  overrides: Overrides = {},
  { fresh = false }: { readonly fresh?: boolean } = {},
): Promise<Context> {
  const dataset = variable("DATASET") ?? "rossmann", source = variable("SOURCE") ?? "synthetic";
  const { project } = await openContext();
  const folder = variable("WORKDIR") ?? project.path(`.cache/notebooks/${name}`);
  // Of a folder that somebody named, only one of our own in it is emptied.
  const own = fresh ? join(folder, "fresh") : folder;
  if (fresh) await Deno.remove(own, { recursive: true }).catch(() => {});
  return await openContext({
    overrides: { dataset, source, ...(source === "synthetic" ? EMBEDDED[dataset] : {}), ...overrides },
    workdir: own,
    progress: cellProgress,
  });
}

/** What a notebook runs on, for the table at its top. */
export function notebookFacts({ dataset, profile, params, choices }: Context): Readonly<Record<string, string>> {
  const { series, steps } = choices.synthetic;
  const unit = profile.frequency === "1w" ? "weeks" : "days";
  return {
    dataset: dataset.title,
    source: params.source === "synthetic"
      ? `embedded data, made for ${series ?? "its usual"} series and ${
        steps ?? "its usual"
      } ${unit}, seed ${params.seed}`
      : params.source,
    horizon: `${profile.horizon} ${unit}`,
    "sales are in": profile.unit,
    "other data": "set DATASET and SOURCE before starting, for example DATASET=walmart SOURCE=~/walmart",
  };
}

/** An environment variable; one that is empty says nothing. */
function variable(name: string): string | undefined {
  return Deno.env.get(name) || undefined;
}

/** At most so often is a bar redrawn: a kernel that publishes faster than a page draws falls behind. */
const EVERY_MS = 100;

/** A progress bar under the running cell, redrawn in place; nothing where no notebook shows it. */
function cellProgress(title: string): ProgressBar {
  const kernel = runningKernel();
  if (kernel === undefined) return { update: () => {}, end: () => {} };
  const id = crypto.randomUUID(), started = performance.now();
  let shown = false, last = -Infinity, state = { done: 0, total: 1, note: "" };
  const publish = () => {
    const bundle = progressBundle(title, state, (performance.now() - started) / 1000);
    const type = shown ? "update_display_data" : "display_data";
    shown = true;
    last = performance.now();
    // A bar that cannot be drawn must not stop the training that it tells of.
    const content = { data: bundle, metadata: {}, transient: { display_id: id } };
    kernel.broadcast(type, content).catch(() => {});
  };
  return {
    update(done, total, note = "") {
      state = { done, total, note };
      if (performance.now() - last >= EVERY_MS || done >= total) publish();
    },
    end() {
      if (shown) publish();
    },
  };
}

/** The kernel that runs this notebook; outside of one Deno throws when it is asked for. */
function runningKernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}

/**
 * What a progress bar shows: a bar for pages, a line for logs.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { progressBundle } from "@/pipeline/notebook.ts";
 *
 * const bundle = progressBundle("lightgbm 1/3", { done: 50, total: 200, note: "rmse 0.1" }, 2);
 * expect(bundle["text/plain"]).toBe("lightgbm 1/3: 25 % in 2.0 s, rmse 0.1");
 * ```
 */
export function progressBundle(
  title: string,
  { done, total, note }: { readonly done: number; readonly total: number; readonly note: string },
  seconds: number,
): Readonly<Record<"text/html" | "text/plain", string>> {
  const percent = Math.round(100 * done / Math.max(1, total));
  const words = `${percent} % in ${seconds.toFixed(1)} s${note === "" ? "" : `, ${note}`}`;
  const safe = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    "text/html": `<div class="quiet"><progress max="100" value="${percent}"></progress> ${safe(title)}: ${
      safe(words)
    }</div>`,
    "text/plain": `${title}: ${words}`,
  };
}
