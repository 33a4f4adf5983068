/**
 * Which model answers, how good it was, and who let it.
 *
 * @module
 */
import type { MetricName } from "@/core/metric.ts";
import {
  backtestWindows,
  formatDate,
  formatDates,
  formatMetric,
  formatTime,
  METRIC_WORDS,
  modelComparison,
  modelName,
  ScoresTable,
} from "@/charts/mod.ts";
import { AnswerCards } from "@/serving/pages/parts/answer_cards.tsx";
import { ScrollTable } from "@/serving/pages/parts/scroll_table.tsx";
import { Plot } from "@/serving/pages/parts/plot.tsx";
import { GateVerdict, inWords } from "@/serving/pages/parts/gate_verdict.tsx";
import { Coverage, Judged, reportOf } from "@/serving/pages/parts/judged.tsx";
import { VersionTable } from "@/serving/pages/parts/version_table.tsx";
import { decisionOf } from "@/pipeline/versions.ts";
import type { Page } from "@/serving/pages/page.ts";

/** The model card, with the gate's reasons and the approvals. */
export const modelsPage: Page = {
  name: "models",
  title: "Models",
  needsModel: true,
  async render({ services }) {
    const { models, now, store } = services;
    const model = models.answerer(), { card } = model, { evaluation } = card;
    const metric = evaluation.metric as MetricName,
      { champion } = card,
      { baseline, holdout, scores, backtest } = evaluation;
    const days = Math.max(0, Math.floor(now().since(Temporal.Instant.from(card.created)).total("hours") / 24));
    const roles = { metric, champion, baseline, unit: model.profile.unit };
    const [versions, report] = await Promise.all([services.versions().catch(() => []), reportOf(store, card)]);
    const own = versions.find(({ version }) => String(version) === model.version), newest = versions.at(-1);
    // The version that answers, and a newer one that would like to.
    const judged = [...new Set([newest, own])].flatMap((one) => {
      const decision = one === undefined ? undefined : decisionOf(one);
      return decision === undefined ? [] : [{ version: one!.version, decision }];
    });
    const rated = scores[champion] !== undefined && holdout.from !== undefined;
    return (
      <>
        <p class="eyebrow">{model.stage}, taken from {model.source}</p>
        <h1>
          {model.name} version {model.version} answers: {modelName(champion)},{" "}
          {days === 0 ? "made today" : `${days} days old`}
        </h1>
        <AnswerCards
          cards={[
            {
              term: "Error on the holdout",
              figure: formatMetric(metric, scores[champion]?.[metric] ?? null),
              detail: rated
                ? `${METRIC_WORDS[metric].label}, ${formatDates(holdout.from, holdout.to)}; ${modelName(baseline)} ${
                  formatMetric(metric, scores[baseline]?.[metric] ?? null)
                }`
                : "not evaluated",
            },
            {
              term: "Forecasts from",
              figure: formatDate(model.origin),
              detail: `${model.horizon} ${model.profile.frequency === "1w" ? "weeks" : "days"} ahead, ${
                model.series.length.toLocaleString("en")
              } series`,
            },
            {
              term: "Approved by",
              figure: model.approvals.length === 0 ? "nobody" : model.approvals.map(({ by }) => by).join(", "),
              detail: model.approvals.length === 0
                ? "not deployed through an approval"
                : model.approvals.map(({ at }) => formatTime(at)).join(", "),
            },
          ]}
        />
        {rated && (
          <section>
            <h2>Compared</h2>
            <Plot
              id="models"
              figure={modelComparison(scores, { ...roles, window: `holdout ${formatDates(holdout.from, holdout.to)}` })}
            />
            <ScoresTable
              scores={scores}
              {...roles}
              caption={`On the holdout, ${formatDates(holdout.from, holdout.to)}`}
            />
            {backtest.length > 0 && (
              <Plot
                id="windows"
                figure={backtestWindows([...backtest, { origin: holdout.from, label: "holdout", scores }], {
                  ...roles,
                  models: Object.keys(scores),
                })}
              />
            )}
          </section>
        )}
        <Coverage card={card} />
        {report !== undefined && <Judged report={report} />}
        <section>
          <h2>Why this one</h2>
          {evaluation.reasons.length === 0
            ? <p>The card gives no reasons.</p>
            : <ul>{evaluation.reasons.map((reason) => <li>{inWords(reason)}</li>)}</ul>}
          <dl class="facts">
            <dt>Made</dt>
            <dd>{formatTime(card.created)}, with everything known before {formatDate(card.asOf)}</dd>
            <dt>Data</dt>
            <dd>
              {card.data.rows?.toLocaleString("en")} rows from {formatDate(card.data.from)}, fingerprint{" "}
              <code>{card.data.fingerprint.slice(0, 12)}</code>
            </dd>
            <dt>Features</dt>
            <dd>
              {card.features.length}, {card.leak === undefined
                ? ""
                : card.leak.passed
                ? `${card.leak.checked} proved leak free`
                : "leak proof failed"}
            </dd>
            <dt>Intervals</dt>
            <dd>{model.levels.length === 0 ? "none learnt" : `${model.levels.join(", ")} %`}</dd>
          </dl>
        </section>
        <section>
          <h2>Champion and challengers</h2>
          {versions.length === 0
            ? <p>The registry is not here, or has no versions: the model was brought as a bundle.</p>
            : <VersionTable versions={versions} answering={model.version} />}
          {judged.length === 0
            ? (
              <p class="note">
                No version was judged yet: <code>deno task gate --dataset {card.dataset}</code>
              </p>
            )
            : judged.map(({ version, decision }) => <GateVerdict version={version} decision={decision} />)}
        </section>
        <section>
          <h2>Swaps</h2>
          {models.swaps.length === 0
            ? <p>The model was not swapped since the server started.</p>
            : (
              <ScrollTable label="Swaps" columns={["When", "Version", "Outcome", "Why"]}>
                {models.swaps.toReversed().map(({ at, version, outcome, why }) => (
                  <tr>
                    <td>{at.slice(0, 19).replace("T", " ")}</td>
                    <td>{version ?? "–"}</td>
                    <td class={outcome === "refused" ? "alert" : "good"}>{outcome}</td>
                    <td>{why ?? ""}</td>
                  </tr>
                ))}
              </ScrollTable>
            )}
        </section>
      </>
    );
  },
};
