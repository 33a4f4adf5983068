/**
 * The audit log as a chain: each line carries the hash of the one before, so that none can be edited, dropped or moved.
 *
 * @module
 */
import { canonical, digest } from "@/governance/canonical.ts";

/** What a line tells. */
export interface AuditEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Who did it, or tried to. */
  readonly user: string;
  /** What was done: `approve`, `deploy`, `rollback`, `approver:new`, `approver:seal`. */
  readonly action: string;
  /** Whether it happened, or governance or the gate refused it. */
  readonly outcome: "done" | "refused";
  /** The dataset that it was about; left out for changes of the list of users. */
  readonly dataset?: string;
  /** The version that it was about; left out where there is none, or it was not known yet. */
  readonly version?: number;
  /** The reason of a refusal, or what helps to understand the deed. */
  readonly note?: string;
  /** More facts: hashes, signatures. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** One line of the log. */
export interface AuditLine extends AuditEvent {
  /** 1 for the first line. */
  readonly seq: number;
  /** The hash of the line before; 64 zeros for the first. */
  readonly previous: string;
  /** The sha256 of this line without its hash, in canonical JSON. */
  readonly hash: string;
}

/** Where the chain ended when the last line was written: kept apart, so that dropping the last lines is found too. */
export interface AuditHead {
  /** The number of the last line; 0 where there is none. */
  readonly seq: number;
  /** The hash of the last line. */
  readonly hash: string;
}

/** What a check of the log found. */
export interface AuditVerdict {
  /** The lines that are whole, in order; none after the first line with a problem. */
  readonly lines: readonly AuditLine[];
  /** Sentences that name the line; empty when the log is whole. */
  readonly problems: readonly string[];
  /** A last line that a killed writer left unfinished; it was never acknowledged. */
  readonly torn: string;
}

const START = "0".repeat(64);

/**
 * Makes the next line of a log.
 *
 * @param last The line before, undefined for the first.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { nextLine, verifyLog } from "@/governance/mod.ts";
 *
 * const event = { time: "2026-01-01T00:00:00Z", user: "anna", action: "approve", outcome: "done" as const };
 * const first = nextLine(undefined, event), second = nextLine(first, { ...event, action: "deploy" });
 * const text = [first, second].map((line) => JSON.stringify(line) + "\n").join("");
 * expect(verifyLog(text, { seq: 2, hash: second.hash }).problems).toEqual([]);
 * expect(verifyLog(text.replace("anna", "anne"), undefined).problems[0]).toContain("line 1");
 * ```
 */
export function nextLine(last: AuditLine | undefined, event: AuditEvent): AuditLine {
  const body = { seq: (last?.seq ?? 0) + 1, ...event, previous: last?.hash ?? START };
  return { ...body, hash: digest(canonical(body)) };
}

/**
 * Checks a whole log: every line's hash and link, and that it reaches to where it is known to have been.
 *
 * @param text The log, one JSON document per line.
 * @param head Where it ended when it was last written, number 0 for nowhere; undefined where that is not known.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { verifyLog } from "@/governance/mod.ts";
 *
 * expect(verifyLog("", undefined).problems).toEqual([]);
 * expect(verifyLog("", { seq: 3, hash: "ab" }).problems).toEqual(["lines 1 to 3 are missing at the end"]);
 * ```
 */
export function verifyLog(text: string, head: AuditHead | undefined): AuditVerdict {
  const parts = text.split("\n");
  const torn = parts.pop()!;
  const lines: AuditLine[] = [], problems: string[] = [];
  for (const [at, part] of parts.entries()) {
    const line = parseLine(part), before = lines.at(-1);
    const wrong = line === undefined ? "is not a line of the log" : faultOf(line, part, at, before);
    if (wrong !== undefined) {
      // What follows hangs on this line: one finding is enough, the first.
      problems.push(`line ${at + 1} ${wrong}`);
      return { lines, problems, torn };
    }
    lines.push(line!);
  }
  if (head !== undefined) {
    const there = lines[head.seq - 1];
    const from = lines.length + 1;
    // A writer that is killed between the line and the head leaves the head one line behind.
    if (lines.length > head.seq + 1) problems.push(`lines ${head.seq + 1} to ${lines.length} came from elsewhere`);
    else if (head.seq === 0) return { lines, problems, torn };
    else if (there === undefined) {
      const missing = from === head.seq ? `line ${from} is` : `lines ${from} to ${head.seq} are`;
      problems.push(torn === "" ? `${missing} missing at the end` : `line ${from} is damaged`);
    } else if (there.hash !== head.hash) problems.push(`line ${head.seq} is not the one that was written`);
  }
  return { lines, problems, torn };
}

function faultOf(line: AuditLine, text: string, at: number, before: AuditLine | undefined): string | undefined {
  const { hash, ...body } = line;
  if (JSON.stringify(line) !== text) return "was rewritten";
  if (digest(canonical(body)) !== hash) return "was edited: its hash does not match";
  if (line.previous !== (before?.hash ?? START) || line.seq !== at + 1) {
    return `does not follow the line before: it says it is number ${line.seq}, so a line was dropped, added or moved`;
  }
  return undefined;
}

function parseLine(text: string): AuditLine | undefined {
  try {
    const line = JSON.parse(text) as AuditLine | null;
    const whole = line !== null && typeof line === "object" && Number.isInteger(line.seq) &&
      [line.hash, line.previous, line.time, line.user, line.action, line.outcome].every((v) => typeof v === "string");
    return whole ? line : undefined;
  } catch {
    return undefined;
  }
}
