/**
 * How is the service doing, and do its forecasts still hold?
 *
 * @module
 */
import { type Figure, formatDate, formatDuration, formatPercent, lightColours, makeFigure } from "@/charts/mod.ts";
import type { DriftSummary } from "@/pipeline/monitor/drift_summary.ts";
import { activeAlerts, leftByTasks } from "@/serving/active_alerts.ts";
import { AlertList } from "@/serving/pages/parts/alert_list.tsx";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { RetrainingState } from "@/serving/pages/parts/retraining_state.tsx";
import type { Page } from "@/serving/pages/page.ts";
import type { Outcome } from "@/serving/stores/forecast_store.ts";

/** Requests, latency, errors; forecasts against what was sold; drift. */
export const monitoringPage: Page = {
  name: "monitoring",
  title: "Monitoring",
  async render({ services }) {
    const { metrics, forecasts, store, dataset, settings } = services;
    const requests = await metrics.requests.get(),
      latency = await metrics.latency.get(),
      errors = await metrics.errors.get();
    const count = requests.values.reduce((sum, { value }) => sum + value, 0);
    const failed = requests.values.filter(({ labels }) => Number(labels.status) >= 500).reduce(
      (sum, { value }) => sum + value,
      0,
    );
    const outcomes = await forecasts.outcomes({ limit: 200_000 });
    const days = errorsByDay(outcomes);
    const left = await leftByTasks(store, dataset.profile.name);
    const p95 = quantile(latency.values as unknown as readonly Bucket[], 0.95);
    return (
      <>
        <p class="eyebrow">Since this server started</p>
        <h1>
          {failed === 0
            ? `${count.toLocaleString("en")} requests, none failed`
            : `${failed} of ${count.toLocaleString("en")} requests failed`}
        </h1>
        <AnswerCards
          cards={[
            { term: "Requests", figure: count.toLocaleString("en"), detail: `${failed} failed on our side` },
            {
              term: "Latency, 95 of 100 within",
              figure: p95 === undefined ? "–" : formatDuration(p95),
              detail: "all routes together",
            },
            {
              term: "Actuals that came in",
              figure: outcomes.length.toLocaleString("en"),
              detail: "forecasts whose sales are known by now",
            },
          ]}
        />
        <section>
          <h2>Alerts</h2>
          <AlertList active={await activeAlerts(settings.prometheus, left)} />
        </section>
        <section>
          <h2>Forecasts against what was sold</h2>
          {days.length === 0
            ? (
              <div class="state" role="status">
                <p>No sales were reported yet for days that were forecast. Send them as they come in:</p>
                <pre><code>curl -X POST http://127.0.0.1:8000/actuals -H 'content-type: application/json' -d '[{'{'}"unique_id": "1", "ds": "2015-08-01", "y": 5263{'}'}]'</code></pre>
                <p class="note">
                  Forecasts for all series are stored by <code>deno task forecast</code>.
                </p>
              </div>
            )
            : <Plot id="rolling" figure={rollingFigure(days)} />}
        </section>
        <section>
          <h2>Drift</h2>
          {left.drift === undefined
            ? (
              <div class="state" role="status">
                <p>Nothing was compared with the past yet. This does it:</p>
                <pre><code>deno task monitor --dataset {dataset.profile.name}</code></pre>
              </div>
            )
            : <Drift drift={left.drift} />}
        </section>
        <section>
          <h2>Retraining</h2>
          <RetrainingState flag={left.flag} state={left.state} />
        </section>
        <section>
          <h2>What was refused</h2>
          {errors.values.length === 0
            ? <p>Nothing yet.</p>
            : (
              <ScrollTable label="What was refused" columns={["Kind", { number: "Times" }]}>
                {errors.values.map(({ labels, value }) => (
                  <tr>
                    <th scope="row">{String(labels.kind).replaceAll("-", " ")}</th>
                    <td class="number">{value}</td>
                  </tr>
                ))}
              </ScrollTable>
            )}
          <p class="note">
            The same numbers are at <a href="/metrics">/metrics</a> for Prometheus.
          </p>
        </section>
      </>
    );
  },
};

function Drift({ drift: { dataset_drift, share, columns } }: { readonly drift: DriftSummary }) {
  const rows = Object.entries(columns).sort(([, a], [, b]) => Number(b.drifted) - Number(a.drifted));
  return (
    <>
      <p>
        {dataset_drift ? "The data drifted" : "The data as a whole did not drift"}: {formatPercent(share)}{" "}
        of the columns did.
      </p>
      <ScrollTable
        label="Drift by column"
        columns={["Column", "Verdict", "Method", { number: "Value" }, { number: "Threshold" }]}
        tall
      >
        {rows.map(([name, { method, value, threshold, drifted, verdict }]) => (
          <tr>
            <th scope="row">{name}</th>
            <td class={drifted ? "alert" : "good"}>
              {drifted ? "✗" : "✓"} {verdict}
            </td>
            <td>{method}</td>
            <td class="number">{value === null ? "–" : value.toPrecision(3)}</td>
            <td class="number">{threshold}</td>
          </tr>
        ))}
      </ScrollTable>
    </>
  );
}

/** One day's error over all series. */
interface DayError {
  readonly ds: string;
  readonly mape: number;
  readonly rows: number;
}

function errorsByDay(outcomes: readonly Outcome[]): DayError[] {
  const days = Map.groupBy(outcomes.filter(({ y }) => y > 0), ({ ds }) => ds);
  return [...days].map(([ds, rows]) => ({
    ds,
    rows: rows.length,
    mape: rows.reduce((sum, { y, yHat }) => sum + Math.abs(yHat - y) / y, 0) / rows.length,
  })).sort((a, b) => a.ds.localeCompare(b.ds));
}

function rollingFigure(days: readonly DayError[]): Figure {
  const worst = days.reduce((a, b) => b.mape > a.mape ? b : a), width = 7;
  const rolling = days.map((_, at) => {
    const window = days.slice(Math.max(0, at - width + 1), at + 1);
    const rows = window.reduce((sum, { rows }) => sum + rows, 0);
    return window.reduce((sum, { mape, rows }) => sum + mape * rows, 0) / rows;
  });
  return makeFigure({
    title: `Forecasts miss by ${formatPercent(rolling.at(-1)!)} lately; the worst day was ${formatDate(worst.ds)}`,
    subtitle: "Mean absolute percentage error of all series with known sales, by day and over seven days",
    height: 240,
    data: [
      {
        type: "scatter",
        mode: "markers",
        name: "a day",
        x: days.map(({ ds }) => ds),
        y: days.map(({ mape }) => mape),
        marker: { color: lightColours.ghost, size: 5 },
        hovertemplate: "%{y:.1%}",
      },
      {
        type: "scatter",
        mode: "lines",
        name: "seven days",
        x: days.map(({ ds }) => ds),
        y: rolling,
        line: { color: lightColours.accent, width: 2 },
        hovertemplate: "%{y:.1%}",
      },
    ],
    layout: {
      showlegend: true,
      hovermode: "x unified",
      xaxis: { type: "date", nticks: 8 },
      yaxis: { title: { text: "MAPE" }, tickformat: ".0%", rangemode: "tozero" },
    },
    table: {
      columns: ["date", "MAPE", "rows"],
      rows: days.map(({ ds, mape, rows }) => [formatDate(ds), formatPercent(mape), String(rows)]),
    },
  });
}

/** One of a histogram's numbers, as prom-client gives it. */
interface Bucket {
  readonly metricName?: string;
  readonly labels: { readonly le?: number | string };
  readonly value: number;
}

/** The upper bound of the bucket in which a share of a histogram's observations lies. */
function quantile(
  values: readonly Bucket[],
  share: number,
): number | undefined {
  const buckets = new Map<number, number>();
  for (const { metricName, labels, value } of values) {
    if (!metricName?.endsWith("_bucket") || labels.le === undefined) continue;
    const le = labels.le === "+Inf" ? Infinity : Number(labels.le);
    buckets.set(le, (buckets.get(le) ?? 0) + value);
  }
  const sorted = [...buckets].sort(([a], [b]) => a - b), total = sorted.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  const bound = sorted.find(([, count]) => count >= share * total)![0];
  return Number.isFinite(bound) ? bound : sorted.at(-2)![0];
}
