/**
 * What the gate said of a version, check by check.
 *
 * @module
 */
import { DataTable, METRIC_WORDS, sentenceCase } from "@/charts/mod.ts";
import type { Decision } from "@/governance/mod.ts";
import { decisionRows } from "@/pipeline/decision_rows.ts";

/** The decision in a sentence, and its findings: what refused first. */
export function GateVerdict({ decision, version }: { readonly decision: Decision; readonly version: number | string }) {
  const against = decision.champion === null ? `against ${decision.against}` : `against version ${decision.champion}`;
  return (
    <>
      <h3>
        Version {version} was {decision.accepted ? "accepted" : "refused"} {against}
      </h3>
      <ul>{decision.reasons.slice(0, 3).map((reason) => <li>{inWords(reason)}</li>)}</ul>
      <DataTable table={decisionRows(decision)} caption={`The gate on version ${version}`} wide={[2, 3]} />
    </>
  );
}

/** A reason as people write it: `RMSPE 0.1 against 0.2 of …`. */
export function inWords(reason: string): string {
  const spoken = Object.entries(METRIC_WORDS).reduce(
    (text, [metric, { label }]) => text.replaceAll(new RegExp(`\\b${metric}\\b`, "g"), label),
    reason,
  );
  return sentenceCase(spoken);
}
