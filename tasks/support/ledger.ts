/**
 * The ledger of claims: every number of the pages that states a measurement or a limit, and what it rests on.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { toldNumbers } from "./told_numbers.ts";

/** Where the ledger is. */
export const LEDGER = "docs/claims.json";

/** What some numbers of a page rest on. */
export type Claim = RecordClaim | {
  /** The numbers, as they stand in the page. */
  readonly says: readonly string[];
  /** `limit`: a choice, found as `text` in `from`; `example`: made up, and why. */
  readonly kind: "limit" | "example";
  readonly from?: string;
  readonly text?: string;
  readonly why?: string;
};

/** A number that `deno task claims` takes from a record. */
export interface RecordClaim {
  /** Words of the page with `#` for the number: `cost # less on Rossmann`. */
  readonly says: readonly string[];
  readonly kind: "record";
  /** The record, a JSON document. */
  readonly from: string;
  /** What of it: `1 - ways[way=ours].cost / ways[way=naive].cost`. */
  readonly value: string;
  /** The form, by example: `0.1 %`. */
  readonly as: string;
}

/** Page → its claims. */
export type Ledger = Readonly<Record<string, readonly Claim[]>>;

/** What is wrong with one page: a sentence. */
export interface ClaimProblem {
  readonly page: string;
  readonly problem: string;
}

/** A number with a unit of measurements, before what was counted, or with two decimals or more and nothing before them. */
const UNITS = "%|€|ms\\b|µs|s\\b|seconds?\\b|minutes?\\b|[kKMG]B\\b|MHz\\b|times\\b";
const COUNTED =
  "(?:\\w+ )?(?:rows|series|days|weeks|requests|kills|cases|corruptions|drills|types|tests|trees|partitions)\\b";
const CLAIM = new RegExp(
  `(?<![\\w.,-])[-−+]?\\d[\\d,]*(?:\\.\\d+)?\\s?(?:${UNITS})|(?<![\\w.,/-])\\d[\\d,]*(?:\\.\\d+)? ${COUNTED}|` +
    // A cell of a table that is a number.
    "(?<![\\w.,/-])0\\.\\d{2,}\\b|(?<=\\| *\\**)[-−+]?\\d[\\d,]*(?:\\.\\d+)?(?=\\** *\\|)",
  "g",
);
/** What tasks write from records, and code; a block of text may claim something. */
const MADE = /<!-- (\w[\w ]*): made of [\s\S]*?<!-- end of \1 -->/g;
const BLOCK = /```(\w*)\n[\s\S]*?```/g;

/**
 * The numbers of a page that claim something, outside of what tasks write.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { claimsIn } from "./ledger.ts";
 *
 * const page = "RMSPE 9.1 % in 12 ms.\n<!-- a: made of b -->\n0.1234\n<!-- end of a -->\nSee chapter 3.";
 * expect(claimsIn(page)).toEqual(["9.1 %", "12 ms"]);
 * ```
 */
export function claimsIn(page: string): string[] {
  const typed = page.replaceAll(MADE, "")
    .replaceAll(BLOCK, (block, language) => language === "text" ? block : "").replaceAll(/\s+/g, " ");
  return Array.from(typed.matchAll(CLAIM), ([number]) => number);
}

/** Holds pages to the ledger: numbers that nobody entered, entries that no page has any more, limits that changed. */
export async function ledgerProblems(project: Store, pages: readonly string[]): Promise<readonly ClaimProblem[]> {
  const text = async (key: string) => new TextDecoder().decode(await project.get(key) ?? new Uint8Array());
  const ledger = await readLedger(project);
  const problems: ClaimProblem[] = [];
  for (const page of Object.keys(ledger)) {
    if (await project.get(page) === undefined) {
      problems.push({ page, problem: `is in ${LEDGER}, and not there any more` });
    }
  }
  for (const page of pages) {
    const claims = ledger[page] ?? [], typed = claims.filter((claim) => claim.kind !== "record");
    const open = [...typed.flatMap(({ says }) => says), ...await toldNumbers(project, ledger, page)];
    for (const number of claimsIn(await text(page))) {
      const at = open.indexOf(number);
      if (at >= 0) open.splice(at, 1);
      else {problems.push({
          page,
          problem: `"${number}" rests on no record: let a task write it, or enter it in ${LEDGER}`,
        });}
    }
    for (const number of open) {
      problems.push({ page, problem: `"${number}" is in ${LEDGER} and not in the page any more` });
    }
    for (const { says, kind, from, text: words, why } of typed) {
      if (kind === "limit" && !(from !== undefined && words && (await text(from)).includes(words))) {
        problems.push({
          page,
          problem: `${says.join(", ")}: ${from ?? "no file"} does not say "${words ?? ""}" any more`,
        });
      }
      if (kind !== "limit" && !(kind === "example" && why)) {
        problems.push({
          page,
          problem: `${says.join(", ")}: entered as "${kind}" without a reason: a limit, an example?`,
        });
      }
    }
  }
  return problems;
}

/** Pages that tasks write from beginning to end. */
const MADE_PAGES = /^docs\/(?:scale\.md|reference\/)/;

/** Every page in which a person writes. */
export async function claimingPages(project: Store): Promise<readonly string[]> {
  const pages = ["README.md"];
  for await (const key of project.list("docs/")) if (key.endsWith(".md") && !MADE_PAGES.test(key)) pages.push(key);
  return pages;
}

/** Reads the ledger; an empty one where there is none. */
export async function readLedger(project: Store): Promise<Ledger> {
  return await readJsonIfThere<Ledger>(project, LEDGER) ?? {};
}
