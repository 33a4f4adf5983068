/**
 * What somebody should look at now.
 *
 * @module
 */
import { formatTime } from "@/charts/mod.ts";
import type { ActiveAlerts } from "@/serving/active_alerts.ts";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";

/** The alerts, and who says so. */
export function AlertList({ active: { from, alerts, trouble } }: { readonly active: ActiveAlerts }) {
  return (
    <>
      {trouble !== null && (
        <div class="state" role="status">
          <p class="alert">✗ {trouble}. What follows is what the last runs of tasks left behind.</p>
        </div>
      )}
      {alerts.length === 0
        ? (
          <p class="good">
            ✓ {from === "prometheus" ? "No alert is active." : "The last runs of tasks left no alert."}
          </p>
        )
        : (
          <ScrollTable label="Active alerts" columns={["Alert", "Weight", "What is wrong", "Since"]}>
            {alerts.map(({ name, severity, state, summary, since }) => (
              <tr>
                <th scope="row">{name}</th>
                <td class={severity === "critical" ? "alert" : ""}>
                  {severity === "critical" ? "✗ critical" : "warning"}
                  {state === "pending" ? ", not for long yet" : ""}
                </td>
                <td>{summary}</td>
                <td>{since === null ? "–" : formatTime(since)}</td>
              </tr>
            ))}
          </ScrollTable>
        )}
      {from === "files" && (
        <p class="note">
          Latency, errors and age are watched by Prometheus:{" "}
          <code>deploy/alerts.yml</code>. To see its alerts here, name it when the server starts:{" "}
          <code>SHELFCAST_PROMETHEUS=http://127.0.0.1:9090 deno task serve</code>.
        </p>
      )}
    </>
  );
}
