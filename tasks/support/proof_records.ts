/**
 * What docs/monitoring.md rests on: replays that put monitoring to the proof, kept, and the tables made of them.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { LossProof } from "@/pipeline/monitor/loss_proof.ts";
import type { Proof } from "@/pipeline/monitor/proof.ts";
import { formattedMarkdown } from "./formatted_markdown.ts";
import { lossProofText } from "./loss_proof_text.ts";
import { keep, keptSource, type MadeOf, madeOf, readKept, writePart } from "./made_part.ts";
import { proofText } from "./proof_text.ts";

const FOLDER = "docs/proofs/";
const CHANGES = { page: "docs/monitoring.md", name: "proofs", of: "docs/proofs" };
const ERRORS = { page: "docs/monitoring.md", name: "errors to come", of: "docs/proofs" };
/** Code that a proof is made of, beside that of forecasts. */
const CODE = ["src/checks/drift/", "src/evaluation/performance/", "src/pipeline/monitor/"];

/** What a proof says of its making. */
export interface ProofMadeOf extends MadeOf {
  /** `synthetic`, or `competition data`: never its place on this machine. */
  readonly source: string;
}

/** A replay as it is kept: of changes put into a panel, or of the estimate of errors to come. */
export type KeptProof = ProofMadeOf & ({ readonly kind: "changes" } & Proof | { readonly kind: "errors" } & LossProof);

/** Where a proof is from, by which code and when. */
export async function proofMadeOf(
  project: Store,
  { source, now }: { readonly source: string; readonly now: Temporal.Instant },
): Promise<ProofMadeOf> {
  return { source: keptSource(source), ...await madeOf(project, now, CODE) };
}

/** Keeps a replay under a name such as `rossmann_synthetic`. */
export async function keepProof(project: Store, name: string, proof: KeptProof): Promise<void> {
  await keep(project, FOLDER, name, proof);
}

/** Writes the tables of the kept replays between their markers; returns how many there are. */
export async function tellProofs(project: Store): Promise<number> {
  const records = Object.values(await readKept<KeptProof>(project, FOLDER));
  for (const [part, kind] of [[CHANGES, "changes"], [ERRORS, "errors"]] as const) {
    const text = records.filter((record) => record.kind === kind).map(sectionOf).join("\n\n");
    await writePart(project, part, (await formattedMarkdown(text)).trim());
  }
  return records.length;
}

function sectionOf(record: KeptProof): string {
  const text = record.kind === "changes" ? proofText(record) : lossProofText(record);
  return `${text}\n\nMeasured on ${record.day} by code \`${record.code}\`.`;
}
