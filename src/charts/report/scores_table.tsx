/**
 * All models by all metrics, with the best of each marked.
 *
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import { METRIC_NAMES, type MetricName, type Scores } from "@/core/metric.ts";
import { formatChange } from "@/charts/format.ts";
import { badness, changeAgainst, formatMetric, METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelName } from "@/charts/model_style.ts";

/** The models of a scores table, best first on the deciding metric; those without a value last. */
function rankModels(scores: Readonly<Record<string, Scores>>, metric: MetricName): string[] {
  const value = (model: string) => badness(metric, scores[model]?.[metric]);
  // Infinity − Infinity is not a number: equal values keep their order.
  return Object.keys(scores).toSorted((a, b) => value(a) === value(b) ? 0 : value(a) - value(b));
}

function Row(
  { model, scores, columns, best, metric, champion, baseline }: {
    readonly model: string;
    readonly scores: Readonly<Record<string, Scores>>;
    readonly columns: readonly MetricName[];
    readonly best: Readonly<Record<string, number>>;
    readonly metric: MetricName;
    readonly champion: string;
    readonly baseline: string;
  },
) {
  const change = changeAgainst(metric, scores[model]?.[metric], scores[baseline]?.[metric]);
  return (
    <tr class={model === champion ? "champion" : undefined}>
      <th scope="row">
        {modelName(model)}
        {model === champion ? <span class="tag accent">champion</span> : ""}
        {model === baseline ? <span class="tag">baseline</span> : ""}
      </th>
      {columns.map((name, k) => {
        const value = scores[model]?.[name];
        const wins = Number.isFinite(badness(name, value)) && badness(name, value) === best[name];
        return (
          <>
            <td class={wins ? "number best" : "number"}>
              {formatMetric(name, value)}
              {wins
                ? (
                  <>
                    <span class="star" aria-hidden="true">★</span>
                    <span class="hidden">(best)</span>
                  </>
                )
                : ""}
            </td>
            {k === 0 ? <td class="number">{model === baseline ? "" : formatChange(change)}</td> : ""}
          </>
        );
      })}
    </tr>
  );
}

/**
 * All models by all metrics, the deciding metric first and compared with the baseline.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { ScoresTable } from "@/charts/mod.ts";
 * import { score } from "@/evaluation/mod.ts";
 *
 * const scores = { ours: score([10], [11]), naive: score([10], [14]) };
 * const caption = "Errors on the holdout";
 * const page = String(ScoresTable({ scores, metric: "mae", champion: "ours", baseline: "naive", caption }));
 * expect(page).toContain("Errors on the holdout");
 * ```
 */
export function ScoresTable(
  { scores, metric, champion, baseline, caption }: {
    readonly scores: Readonly<Record<string, Scores>>;
    readonly metric: MetricName;
    readonly champion: string;
    readonly baseline: string;
    readonly caption: string;
  },
): JSX.Element {
  const models = rankModels(scores, metric);
  const columns = [metric, ...METRIC_NAMES.filter((name) => name !== metric)];
  const best = Object.fromEntries(
    columns.map((name) => [name, Math.min(...models.map((model) => badness(name, scores[model]?.[name])))]),
  );
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={caption}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {columns.map((name, k) => (
              <>
                <th scope="col" class="number" title={METRIC_WORDS[name].meaning}>{METRIC_WORDS[name].label}</th>
                {k === 0 ? <th scope="col" class="number">v. {modelName(baseline)}</th> : ""}
              </>
            ))}
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Row
              model={model}
              scores={scores}
              columns={columns}
              best={best}
              metric={metric}
              champion={champion}
              baseline={baseline}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
