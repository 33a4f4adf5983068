/**
 * Records that are kept with the project, and the parts of pages that are made of them, between two comments that a reader
 * of the page does not see.
 *
 * @module
 */
import { MissingInputError, ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import { codeDigest } from "@/pipeline/backtest/cache.ts";
import { readJsonIfThere, writeJson } from "@/pipeline/json_files.ts";

/** Where such a part is, and what it is made of. */
export interface MadePart {
  readonly page: string;
  readonly name: string;
  /** The file or folder of records. */
  readonly of: string;
}

/**
 * Puts a part between its markers in the text of a page.
 *
 * @throws {MissingInputError} If the page has no such markers.
 */
export function withPart(old: string, { page, name, of }: MadePart, text: string): string {
  const begin = `<!-- ${name}: made of ${of} by \`deno task claims\` -->`, end = `<!-- end of ${name} -->`;
  const from = old.indexOf(begin), to = old.indexOf(end);
  if (from < 0 || to < from) throw new MissingInputError(`the markers "${begin}" and "${end}" in ${page}`, "claims");
  return `${old.slice(0, from)}${begin}\n\n${text}\n\n${old.slice(to)}`;
}

/** Writes a part of a page, as `withPart` puts it. */
export async function writePart(project: Store, part: MadePart, text: string): Promise<void> {
  const old = new TextDecoder().decode(await project.get(part.page) ?? new Uint8Array());
  const written = withPart(old, part, text);
  if (written !== old) await project.put(part.page, written);
}

/** Where a record's data came from, without its place on this machine. */
export function keptSource(source: string): "synthetic" | "competition data" {
  return source.startsWith("synthetic") ? "synthetic" : "competition data";
}

/** What a record says of its making. */
export interface MadeOf {
  /** Identifies the code. */
  readonly code: string;
  /** The day of the measurement, `YYYY-MM-DD`. */
  readonly day: string;
}

/**
 * By which code a measurement is made, and when. To be asked before it begins, as code may change meanwhile.
 *
 * @param code Folders and files that it is made of, beside the code of forecasts.
 */
export async function madeOf(project: Store, now: Temporal.Instant, code: readonly string[]): Promise<MadeOf> {
  return { code: await codeDigest(project, code), day: now.toString().slice(0, 10) };
}

/**
 * Keeps a record as a JSON document of a folder, under a name such as `rossmann`.
 *
 * @throws {ParamsError} If the name has more than small letters, digits and _.
 */
export async function keep(project: Store, folder: string, name: string, record: unknown): Promise<void> {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new ParamsError(`Cannot keep the record as "${name}": expected small letters, digits and _`);
  }
  await writeJson(project, `${folder}${name}.json`, record);
}

/** Reads the JSON documents below a folder, by name; none where the folder is empty. */
export async function readKept<T>(project: Store, folder: string): Promise<Readonly<Record<string, T>>> {
  const kept: Record<string, T> = {};
  for await (const key of project.list(folder)) {
    if (!key.endsWith(".json")) continue;
    kept[key.slice(folder.length, -".json".length)] = (await readJsonIfThere<T>(project, key))!;
  }
  return kept;
}
