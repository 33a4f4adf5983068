/**
 * All registered versions of a model: where each stands, what the gate said of it, and who let it.
 *
 * @module
 */
import type { ModelVersion } from "@/core/registry.ts";
import { approvalsOf, decisionOf } from "@/pipeline/versions.ts";

/** Newest first; the version that answers is marked. */
export function VersionTable(
  { versions, answering }: { readonly versions: readonly ModelVersion[]; readonly answering: string },
) {
  return (
    <div class={versions.length > 12 ? "scroll tall" : "scroll"} tabindex={0} role="region" aria-label="Versions">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Stage</th>
            <th scope="col">Made</th>
            <th scope="col">What</th>
            <th scope="col">Gate</th>
            <th scope="col">Approved by</th>
          </tr>
        </thead>
        <tbody>
          {versions.toReversed().map((one) => {
            const { version, stage, created, description } = one, decision = decisionOf(one);
            const here = String(version) === answering;
            return (
              <tr class={here ? "champion" : undefined}>
                <th scope="row">
                  {version}
                  {here && (
                    <>
                      {" "}
                      <span class="tag accent">answers</span>
                    </>
                  )}
                </th>
                <td>{stage}</td>
                <td>{new Date(created).toISOString().slice(0, 16).replace("T", " ")}</td>
                <td class="wide">{description || "–"}</td>
                <td class={decision === undefined ? undefined : decision.accepted ? "good" : "alert"}>
                  {decision === undefined ? "not judged" : decision.accepted ? "✓ accepted" : "✗ refused"}
                </td>
                <td>{approvalsOf(one).map(({ statement }) => statement.user).join(", ") || "nobody"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
