/**
 * A model's card as a page for people: what it is, what it was made from, how good it is where, and who approved it.
 *
 * @module
 */
import type { MetricName, Scores } from "@/core/metric.ts";
import type { FigureTable } from "@/charts/figure.ts";
import { formatChange, formatCount, formatDates, formatNumberOf, formatPercent, formatTime } from "@/charts/format.ts";
import { changeAgainst, formatMetric, METRIC_WORDS } from "@/charts/metric_words.ts";
import { modelName, sentenceCase } from "@/charts/model_style.ts";
import { stepsInWords } from "@/charts/report/answer.tsx";
import { DataTable } from "@/charts/report/data_table.tsx";
import { ScoresTable } from "@/charts/report/scores_table.tsx";
import { pageOfFigures } from "@/charts/show/page_of_figures.tsx";

/** One group of rows, judged for the champion and for the baseline. */
export interface CardSlice {
  /** `store_type = a`. */
  readonly slice: string;
  /** Rows that were scored. */
  readonly rows: number;
  /** The champion's error on them, as the card's metric counts it. */
  readonly champion: number;
  /** The baseline's error on them, as the card's metric counts it. */
  readonly baseline: number;
}

/** How often intervals of a level held; a share, null where it was not measured. */
export interface CardInterval {
  /** In percent. */
  readonly level: number;
  /** The share that held in the backtest windows. */
  readonly backtest: number | null;
  /** The share that held in the holdout. */
  readonly holdout: number | null;
}

/** Everything that a card's page tells. */
export interface CardPage {
  /** The registered name, and the version where there is one. */
  readonly name: string;
  /** The registered version, from 1; missing where it was not registered. */
  readonly version?: number;
  /** The dataset's name on the command line: `rossmann`. */
  readonly dataset: string;
  /** The model of the card: `lightgbm`. */
  readonly champion: string;
  /** Daily (`1d`) or weekly (`1w`) steps. */
  readonly frequency: "1d" | "1w";
  /** Steps ahead that it forecasts. */
  readonly horizon: number;
  /** The first date whose sales it does not know, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** The metric that decides. */
  readonly metric: MetricName;
  /** The model that it is compared with: `seasonal_naive`. */
  readonly baseline: string;
  /** First and last date of the holdout, `YYYY-MM-DD`, and how many rows were scored. */
  readonly holdout: { readonly from: string; readonly to: string; readonly rows: number };
  /** Model → its scores on the holdout. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** The windows by which it was chosen: first date, and model → scores; empty where the history is too short. */
  readonly backtest: readonly { readonly origin: string; readonly scores: Readonly<Record<string, Scores>> }[];
  /** Over all windows, the holdout among them. */
  readonly slices: readonly CardSlice[];
  /** One per level; empty where none was measured. */
  readonly intervals: readonly CardInterval[];
  /** What the trained model does when asked what everybody knows; missing where nobody asked. */
  readonly behaviour?: FigureTable;
  /** Features and how many steps old the newest value is that they read: null for none, `origin` for the last known. */
  readonly features: readonly { readonly name: string; readonly reach: number | string | null }[];
  /** What it was made from and of, in the order of the page. */
  readonly facts: Readonly<Record<string, string>>;
  /** What it cannot do, in sentences. */
  readonly limits: readonly string[];
  /** The gate's judgement; missing where it was not asked yet. */
  readonly decision?: { readonly accepted: boolean; readonly against: string; readonly table: FigureTable };
  /** Who approved it, and when. */
  readonly approvals: readonly { readonly user: string; readonly time: string; readonly how: string }[];
}

/**
 * Writes a card as one HTML page that opens offline and runs no script. The same card always gives the same text.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { cardPage } from "@/charts/card/card_page.tsx";
 *
 * const none = { rmspe: null, wmae: null, smape: null, rmse: null, mae: null, mape: null, mase: null, bias: null };
 * const html = cardPage({
 *   name: "shelfcast-rossmann", version: 3, dataset: "rossmann", champion: "lightgbm", frequency: "1d", horizon: 42,
 *   asOf: "2015-08-01", metric: "rmspe", baseline: "seasonal_naive",
 *   holdout: { from: "2015-06-20", to: "2015-07-31", rows: 400 },
 *   scores: { lightgbm: { ...none, rmspe: 0.1 }, seasonal_naive: { ...none, rmspe: 0.2 } }, backtest: [],
 *   slices: [{ slice: "promo = yes", rows: 90, champion: 0.12, baseline: 0.3 }],
 *   intervals: [], features: [{ name: "promo", reach: null }], facts: { seed: "1" },
 *   limits: ["Forecasts at most 42 days ahead"], approvals: [],
 * });
 * expect(html).toContain("LightGBM, RMSPE 10.0\u00a0%: 50\u00a0% below seasonal naive");
 * expect(html).toContain("Nobody has approved it");
 * ```
 */
export function cardPage(card: CardPage): string {
  const title = `Model card: ${card.name}${card.version === undefined ? "" : ` version ${card.version}`}`;
  return pageOfFigures({ title, body: (<Body card={card} title={title} />).toString() });
}

function Body({ card, title }: { readonly card: CardPage; readonly title: string }) {
  const { limits, facts, features } = card;
  return (
    <main class="page">
      <header>
        <p class="eyebrow">{title}</p>
        <h1>{headline(card)}</h1>
        <p>
          Measured on {window(card)}, which it had not seen; {stepsInWords(card.horizon, card.frequency)} ahead.
        </p>
      </header>
      <section>
        <h2>How good it is</h2>
        <ScoresTable
          scores={card.scores}
          metric={card.metric}
          champion={card.champion}
          baseline={card.baseline}
          caption={`Holdout ${window(card)}; ★ marks the best`}
        />
        <h3>Earlier windows, by which it was chosen</h3>
        <Backtest card={card} />
        <h3>Where it is good, and where not</h3>
        <Slices card={card} />
        <h3>Intervals</h3>
        <Intervals card={card} />
      </section>
      {card.behaviour === undefined ? "" : (
        <section>
          <h2>What it does when asked what everybody knows</h2>
          <DataTable table={card.behaviour} caption="Tests of the trained model's behaviour" wide={[1, 2, 3]} />
        </section>
      )}
      <section>
        <h2>Limits</h2>
        <ul>{limits.map((limit) => <li>{limit}</li>)}</ul>
      </section>
      <section>
        <h2>Approval</h2>
        <Approval card={card} />
      </section>
      <section>
        <h2>What it was made from</h2>
        <dl class="facts">
          {Object.entries(facts).map(([name, value]) => (
            <>
              <dt>{sentenceCase(name)}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
        <details>
          <summary>{formatNumberOf(features.length, "feature")}, with how old what they read is at least</summary>
          <DataTable
            table={{ columns: ["feature", "reach"], rows: features.map(({ name, reach }) => [name, reachText(reach)]) }}
            caption="Reach: how many steps before a row the newest observed value lies that its feature reads"
          />
        </details>
      </section>
    </main>
  );
}

function headline({ metric, champion, baseline, scores }: CardPage): string {
  const own = scores[champion]?.[metric], change = changeAgainst(metric, own, scores[baseline]?.[metric]);
  const found = `${sentenceCase(modelName(champion))}, ${METRIC_WORDS[metric].label} ${formatMetric(metric, own)}`;
  if (change === null || champion === baseline) return found;
  return `${found}: ${formatPercent(Math.abs(change), 0)} ${change < 0 ? "below" : "above"} ${modelName(baseline)}`;
}

const window = ({ holdout: { from, to, rows } }: CardPage) =>
  `${formatDates(from, to)} (${formatNumberOf(rows, "row")})`;

function Backtest({ card: { backtest, metric, champion, baseline } }: { readonly card: CardPage }) {
  if (backtest.length === 0) return <p>There was none: the history is too short.</p>;
  const value = (scores: Readonly<Record<string, Scores>>, model: string) =>
    formatMetric(metric, scores[model]?.[metric]);
  const rows = backtest.map(({ origin, scores }) => [
    origin,
    value(scores, champion),
    value(scores, baseline),
    change(changeAgainst(metric, scores[champion]?.[metric], scores[baseline]?.[metric])),
  ]);
  const columns = ["window from", modelName(champion), modelName(baseline), "difference"];
  return <DataTable table={{ columns, rows }} caption={`${METRIC_WORDS[metric].label} on each backtest window`} />;
}

function Slices({ card: { slices, metric, champion, baseline } }: { readonly card: CardPage }) {
  if (slices.length === 0) return <p>No group of rows is large enough to tell.</p>;
  const rows = slices.map(({ slice, rows, ...errors }) => [
    slice,
    formatCount(rows),
    formatMetric(metric, errors.champion),
    formatMetric(metric, errors.baseline),
    change(errors.baseline > 0 ? errors.champion / errors.baseline - 1 : null),
  ]);
  const columns = ["group", "rows", modelName(champion), modelName(baseline), "difference"];
  const caption = `${METRIC_WORDS[metric].label} by group, over all windows, the holdout among them`;
  return <DataTable table={{ columns, rows }} caption={caption} />;
}

function Intervals({ card: { intervals } }: { readonly card: CardPage }) {
  if (intervals.length === 0) {
    return <p>Not measured: nothing came due before any window, or no interval was learnt.</p>;
  }
  const share = (held: number | null) => held === null ? "–" : formatPercent(held);
  const rows = intervals.map(({ level, backtest, holdout }) => [`${level}\u00a0%`, share(backtest), share(holdout)]);
  const columns = ["promised", "held in the backtest", "held in the holdout"];
  return <DataTable table={{ columns, rows }} caption="How often sales fell into the interval that was promised" />;
}

function Approval({ card: { approvals, decision } }: { readonly card: CardPage }) {
  return (
    <>
      {approvals.length === 0 ? <p>Nobody has approved it.</p> : (
        <ul>
          {approvals.map(({ user, time, how }) => <li>{user}, {formatTime(time)} UTC, {how}</li>)}
        </ul>
      )}
      {decision === undefined ? <p>The gate has not judged it yet.</p> : (
        <details>
          <summary>
            The gate {decision.accepted ? "accepted" : "refused"} it, judged against {modelName(decision.against)}
          </summary>
          <DataTable table={decision.table} caption="What the gate looked at" wide={[1, 2, 3]} />
        </details>
      )}
    </>
  );
}

const change = (share: number | null) => share === null ? "–" : formatChange(share);

const reachText = (reach: number | string | null) =>
  reach === null
    ? "known in advance"
    : reach === "origin"
    ? "what was known at the origin"
    : formatNumberOf(Number(reach), "step");
