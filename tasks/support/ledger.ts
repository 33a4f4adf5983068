/**
 * The ledger of claims: every number of the pages that states a measurement or a limit, and what it rests on.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";

/** Where the ledger is. */
export const LEDGER = "docs/claims.json";

/** What some numbers of a page rest on. */
export interface Claim {
  /** The numbers, as they stand in the page. */
  readonly says: readonly string[];
  /** `limit`: a choice, found as `text` in `from`; `note`: measured once, kept here without a record; `example`: made up. */
  readonly kind: "limit" | "note" | "example";
  readonly from?: string;
  readonly text?: string;
  readonly why?: string;
}

/** Page → its claims. */
export type Ledger = Readonly<Record<string, readonly Claim[]>>;

/** What is wrong with one page: a sentence. */
export interface ClaimProblem {
  readonly page: string;
  readonly problem: string;
}

/** A number with a unit of measurements, or with three decimals or more. */
const CLAIM =
  /(?<![\w.,-])[-−+]?\d[\d,]*(?:\.\d+)?\s?(?:%|ms\b|s\b|seconds?\b|minutes?\b|MB\b|GB\b)|(?<![\w.,/-])0\.\d{3,}\b/g;
/** What tasks write from records, and what readers paste as a run's end (held to `metrics/` by its own check). */
const MADE = /<!-- (\w[\w ]*): made of [\s\S]*?<!-- end of \1 -->|<!-- (proof: [^>]*?) -->[\s\S]*?<!-- \/\2 -->/g;
const PASTED = /```text\n[\s\S]*?```/g;

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
  const typed = page.replaceAll(MADE, "").replaceAll(PASTED, "");
  return Array.from(typed.matchAll(CLAIM), ([number]) => number.replaceAll(/\s+/g, " "));
}

/** Holds pages to the ledger: numbers that nobody entered, entries that no page has any more, limits that changed. */
export async function ledgerProblems(project: Store, pages: readonly string[]): Promise<readonly ClaimProblem[]> {
  const text = async (key: string) => new TextDecoder().decode(await project.get(key) ?? new Uint8Array());
  const ledger = JSON.parse(await text(LEDGER) || "{}") as Ledger;
  const problems: ClaimProblem[] = [];
  for (const page of pages) {
    const claims = ledger[page] ?? [], entered = claims.flatMap(({ says }) => says), open = [...entered];
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
    for (const { says, kind, from, text: words, why } of claims) {
      if (kind === "limit" && !(from !== undefined && words && (await text(from)).includes(words))) {
        problems.push({
          page,
          problem: `${says.join(", ")}: ${from ?? "no file"} does not say "${words ?? ""}" any more`,
        });
      }
      if (kind === "note" && !why) problems.push({ page, problem: `${says.join(", ")}: the note says nothing` });
    }
  }
  return problems;
}

/** Every page that makes claims. */
export async function claimingPages(project: Store): Promise<readonly string[]> {
  const pages = ["README.md"];
  for await (const key of project.list("docs/")) if (key.endsWith(".md")) pages.push(key);
  return pages;
}

/** How many numbers rest on a note alone. */
export async function notedClaims(project: Store): Promise<number> {
  const bytes = await project.get(LEDGER);
  const ledger: Ledger = bytes === undefined ? {} : JSON.parse(new TextDecoder().decode(bytes));
  return Object.values(ledger).flat().filter(({ kind }) => kind === "note").flatMap(({ says }) => says).length;
}
