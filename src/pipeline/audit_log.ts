/**
 * The audit log of a working folder: `models/audit.jsonl`, one chained line per deed or refusal.
 *
 * @module
 */
import { GateError, GovernanceError } from "@/core/errors.ts";
import type { LocalStore, Store } from "@/core/store.ts";
import {
  type AuditEvent,
  type AuditHead,
  type AuditLine,
  type AuditVerdict,
  nextLine,
  verifyLog,
} from "@/governance/mod.ts";
import { appendLocked } from "@/stores/mod.ts";

/** The key of the log, and of the note of where it ends. */
export const AUDIT_LOG = "models/audit.jsonl", AUDIT_HEAD = "models/audit.head.json";

/** What the log is of: nothing but a place and a clock. */
export interface AuditPlace {
  readonly store: LocalStore;
  now(): Temporal.Instant;
}

/**
 * Adds a line to the log; it is on disk when this returns.
 *
 * @throws {GovernanceError} If the log was tampered with: nothing is added to it then.
 */
export async function appendAudit({ store, now }: AuditPlace, event: Omit<AuditEvent, "time">): Promise<AuditLine> {
  let line: AuditLine | undefined;
  await appendLocked(
    store.path(AUDIT_LOG),
    (text) => {
      const verdict = verifyLog(text, readHeadSync(store));
      demandWhole(verdict, store);
      line = nextLine(verdict.lines.at(-1), { time: now().toString(), ...event });
      return JSON.stringify(line);
    },
    () => store.put(AUDIT_HEAD, headText(line!)),
  );
  return line!;
}

/** Checks the whole log, and returns its lines. */
export async function verifyAudit(store: Store): Promise<AuditVerdict> {
  // The head first: a line that is added in between is one more than it says, which is allowed.
  const head = headOf(await store.get(AUDIT_HEAD));
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await store.get(AUDIT_LOG));
  return verifyLog(text, head);
}

/**
 * Demands that nobody tampered with the log; nothing is approved or deployed on top of a broken one.
 *
 * @throws {GovernanceError} Names the line.
 */
export async function demandWholeAudit(store: LocalStore): Promise<void> {
  demandWhole(await verifyAudit(store), store);
}

/** Does something and leaves a line when it is refused: governance and gates refuse, everything else merely fails. */
export async function auditingRefusals<Result>(
  place: AuditPlace,
  event: Omit<AuditEvent, "time" | "outcome" | "note">,
  work: () => Promise<Result>,
): Promise<Result> {
  await demandWholeAudit(place.store);
  try {
    return await work();
  } catch (error) {
    if (error instanceof GovernanceError || error instanceof GateError) {
      await appendAudit(place, { ...event, outcome: "refused", note: error.message });
    }
    throw error;
  }
}

const headText = ({ seq, hash }: AuditHead) => `${JSON.stringify({ seq, hash })}\n`;

function demandWhole({ problems }: AuditVerdict, store: LocalStore): void {
  if (problems.length === 0) return;
  throw new GovernanceError(
    `Refused to go on as the audit log ${store.path(AUDIT_LOG)} was tampered with: ${problems.join("; ")}. ` +
      `Put its last good copy back, then look with \`deno task audit:verify\``,
    { rule: "audit log" },
  );
}

function readHeadSync(store: LocalStore): AuditHead {
  try {
    return headOf(Deno.readFileSync(store.path(AUDIT_HEAD)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return headOf(undefined);
    throw error;
  }
}

function headOf(bytes: Uint8Array | undefined): AuditHead {
  if (bytes === undefined) return { seq: 0, hash: "" };
  try {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), head = JSON.parse(text) as AuditHead;
    if (Number.isInteger(head.seq) && headText(head) === text) return head;
  } catch {
    // Said below.
  }
  return { seq: 1, hash: "unreadable" };
}
