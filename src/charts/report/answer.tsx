/**
 * The opening of a report: the answer in one sentence, and three figures.
 *
 * @module
 */
import { formatChange, formatDates, formatNumberOf, formatPercent } from "@/charts/format.ts";
import { changeAgainst, formatMetric, METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelName, sentenceCase } from "@/charts/model_style.ts";
import type { ReportData } from "@/charts/report/report_data.ts";

/** A number of steps in words: `42 days`. */
export function stepsInWords(steps: number, frequency: ReportData["frequency"]): string {
  return formatNumberOf(steps, frequency === "1w" ? "week" : "day");
}

/**
 * States a report's result in one sentence.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { answerSentence } from "@/charts/report/answer.tsx";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const sentence = answerSentence({
 *   metric: "rmspe",
 *   champion: "lightgbm",
 *   baseline: "seasonal_naive",
 *   scores: { lightgbm: { ...none, rmspe: 0.1 }, seasonal_naive: { ...none, rmspe: 0.2 } },
 *   horizon: 42,
 *   frequency: "1d",
 *   unit: "EUR a day",
 * });
 * expect(sentence).toBe("LightGBM forecasts 42 days ahead with an RMSPE of 10.0\u00a0%, 50\u00a0% below seasonal naive.");
 * ```
 */
export function answerSentence(
  { metric, champion, baseline, scores, horizon, frequency, unit }: Pick<
    ReportData,
    "metric" | "champion" | "baseline" | "scores" | "horizon" | "frequency" | "unit"
  >,
): string {
  const value = scores[champion]?.[metric];
  const label = METRIC_WORDS[metric].label;
  // Read aloud, these begin with a vowel ("ar-em-…", "em-ay-ee"); the others are read as words.
  const article = ["rmspe", "rmse", "mae"].includes(metric) ? "an" : "a";
  const ahead = stepsInWords(horizon, frequency);
  const subject = `${sentenceCase(modelName(champion))} forecasts ${ahead} ahead with ${article} ${label} of ${
    formatMetric(metric, value)
  }${METRIC_WORDS[metric].kind === "units" ? ` ${unit}` : ""}`;
  if (champion === baseline) return `${subject}: no model did better in the backtest.`;
  const change = changeAgainst(metric, value, scores[baseline]?.[metric]);
  if (change === null) return `${subject}.`;
  if (Math.abs(change) < 0.005) return `${subject}, level with ${modelName(baseline)}.`;
  return `${subject}, ${formatPercent(Math.abs(change), 0)} ${change < 0 ? "below" : "above"} ${modelName(baseline)}.`;
}

/** Champion, its error v. the baseline, and the window. */
export function Answer({ data }: { readonly data: ReportData }) {
  const { metric, champion, baseline, scores, registered, holdout } = data;
  const value = scores[champion]?.[metric], naive = scores[baseline]?.[metric];
  const change = changeAgainst(metric, value, naive);
  return (
    <dl class="answer">
      <div>
        <dt>Champion</dt>
        <dd class="figure">{sentenceCase(modelName(champion))}</dd>
        <dd class="detail">
          {registered
            ? `registered as ${registered.name} version ${registered.version}${
              registered.stage ? `, ${registered.stage}` : ""
            }`
            : "not registered"}
        </dd>
      </div>
      <div>
        <dt>{METRIC_WORDS[metric].label} on the holdout</dt>
        <dd class="figure">{formatMetric(metric, value)}</dd>
        <dd class="detail">
          {champion === baseline ? "is the baseline itself" : (
            <>
              {change === null ? "" : (
                <span class={change < 0 ? "good" : "alert"}>
                  {change < 0 ? "▼" : "▲"} {formatChange(change)}
                </span>
              )} v. {modelName(baseline)}, {formatMetric(metric, naive)}
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Holdout</dt>
        <dd class="figure">{formatDates(holdout.from, holdout.to)}</dd>
        <dd class="detail">
          {stepsInWords(data.horizon, data.frequency)}, {formatNumberOf(holdout.rows, "row")} scored
        </dd>
      </div>
    </dl>
  );
}
