/**
 * All registered versions of a model: where each stands, what the gate said of it, and who let it.
 *
 * @module
 */
import { formatTime } from "@/charts/mod.ts";
import type { ModelVersion } from "@/core/registry.ts";
import { approvalsOf, decisionOf } from "@/pipeline/versions.ts";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";

/** Newest first; the version that answers is marked. */
export function VersionTable(
  { versions, answering }: { readonly versions: readonly ModelVersion[]; readonly answering: string },
) {
  return (
    <ScrollTable
      label="Versions"
      columns={["Version", "Stage", "Made", "What", "Gate", "Approved by"]}
      tall={versions.length > 12}
    >
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
            <td>{formatTime(created)}</td>
            <td class="wide">{description || "–"}</td>
            <td class={decision === undefined ? undefined : decision.accepted ? "good" : "alert"}>
              {decision === undefined ? "not judged" : decision.accepted ? "✓ accepted" : "✗ refused"}
            </td>
            <td>{approvalsOf(one).map(({ statement }) => statement.user).join(", ") || "nobody"}</td>
          </tr>
        );
      })}
    </ScrollTable>
  );
}
