/**
 * Numbers within sentences that come from a record: the ledger names the words around the number, the record, the value
 * and its form, and `deno task claims` writes the number. The page itself stays plain.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";
import type { Store } from "@/core/store.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import type { Ledger, RecordClaim } from "./ledger.ts";
import { formed, valueOf } from "./record_value.ts";

/**
 * Writes every number of the pages that the ledger takes from a record; returns how many there are.
 *
 * @throws {ParamsError} If the ledger names a record, a value or words that are not there, or are there twice.
 */
export async function tellNumbers(project: Store, ledger: Ledger): Promise<number> {
  const records = new Map<string, unknown>();
  let told = 0;
  for (const [page, claims] of Object.entries(ledger)) {
    const before = new TextDecoder().decode(await project.get(page));
    let text = before;
    for (const claim of claims) {
      if (claim.kind !== "record") continue;
      if (!records.has(claim.from)) records.set(claim.from, await readRecord(project, page, claim.from));
      const number = toldBy(records.get(claim.from), page, claim);
      for (const words of claim.says) {
        text = withNumber(text, words, number, claim, page);
        told++;
      }
    }
    if (text !== before) await project.put(page, text);
  }
  return told;
}

/** The numbers that the ledger takes from records for one page, as they have to stand there. */
export async function toldNumbers(project: Store, ledger: Ledger, page: string): Promise<readonly string[]> {
  const numbers: string[] = [];
  for (const claim of ledger[page] ?? []) {
    if (claim.kind !== "record") continue;
    const number = toldBy(await readRecord(project, page, claim.from), page, claim);
    numbers.push(...claim.says.map(() => number));
  }
  return numbers;
}

async function readRecord(project: Store, page: string, file: string): Promise<unknown> {
  const record = await readJsonIfThere(project, file);
  if (record === undefined) throw new ParamsError(`Cannot tell a number of ${page}: there is no ${file}`);
  return record;
}

function toldBy(record: unknown, page: string, { from, value, as }: RecordClaim): string {
  try {
    return formed(valueOf(record, value), as);
  } catch (error) {
    throw new ParamsError(`Cannot tell a number of ${page} from ${from}: ${(error as Error).message}`);
  }
}

/** Puts a number where `#` is in the words; a line of the page may break wherever the words have a space. */
function withNumber(text: string, words: string, number: string, { as }: RecordClaim, page: string): string {
  const [ahead, behind, ...more] = words.split("#").map((part) => part.split(/\s+/).map(escaped).join("\\s+"));
  if (behind === undefined || more.length > 0) {
    throw new ParamsError(`Cannot place a number of ${page}: "${words}" in the ledger must have one #`);
  }
  const unit = escaped(/^\+?[\d.]+(.*)$/s.exec(as)?.[1]?.trim() ?? "");
  const there = new RegExp(`(?<ahead>${ahead})(?<shown>[-−+]?\\d[\\d,]*(?:\\.\\d+)?\\s*${unit})(?=${behind})`, "g");
  const found = [...text.matchAll(there)];
  if (found.length !== 1) {
    throw new ParamsError(`Cannot place a number of ${page}: "${words}" is there ${found.length} times, not once`);
  }
  // A line that is broken within the number stays as it is.
  const { ahead: kept, shown } = found[0]!.groups!;
  if (shown!.replaceAll(/\s+/g, " ") === number) return text;
  return text.replace(there, () => `${kept}${number}`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
