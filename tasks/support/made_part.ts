/**
 * Parts of pages that are made of records, between two comments that a reader of the page does not see.
 *
 * @module
 */
import { MissingInputError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";

/** Where such a part is, and what it is made of. */
export interface MadePart {
  readonly page: string;
  readonly name: string;
  /** The file or folder of records. */
  readonly of: string;
}

/**
 * Writes a part of a page between its markers.
 *
 * @throws {MissingInputError} If the page has no such markers.
 */
export async function writePart(project: Store, { page, name, of }: MadePart, text: string): Promise<void> {
  const begin = `<!-- ${name}: made of ${of} by \`deno task claims\` -->`, end = `<!-- end of ${name} -->`;
  const old = new TextDecoder().decode(await project.get(page) ?? new Uint8Array());
  const from = old.indexOf(begin), to = old.indexOf(end);
  if (from < 0 || to < from) throw new MissingInputError(`the markers "${begin}" and "${end}" in ${page}`, "claims");
  const written = `${old.slice(0, from)}${begin}\n\n${text}\n\n${old.slice(to)}`;
  if (written !== old) await project.put(page, written);
}

/** Reads the JSON documents below a folder, by name; none where the folder is empty. */
export async function readKept<T>(project: Store, folder: string): Promise<Readonly<Record<string, T>>> {
  const kept: Record<string, T> = {};
  for await (const key of project.list(folder)) {
    if (key.endsWith(".json")) {
      kept[key.slice(folder.length, -".json".length)] = JSON.parse(new TextDecoder().decode(await project.get(key)));
    }
  }
  return kept;
}
