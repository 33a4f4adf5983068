/**
 * Where a model errs and what it looks at, as its report had it.
 *
 * @module
 */
import { errorBy, horizonCurve, importanceChart, intervalCoverage, type ReportData } from "@/charts/mod.ts";
import { toldIntervals } from "@/pipeline/intervals.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { readJsonIfThere } from "@/pipeline/json_files.ts";
import { keysOf } from "@/pipeline/keys.ts";
import type { LocalStore } from "@/core/store.ts";
import { Plot } from "@/serving/pages/parts/plot.tsx";

/** The part of a report's data that is kept as a file. */
type Kept = Omit<ReportData, "series" | "residuals">;

/** Reads the report of the run that made a model; undefined when the last report is another run's. */
export async function reportOf(store: LocalStore, card: ModelCard): Promise<Kept | undefined> {
  const report = await readJsonIfThere<Kept>(store, keysOf(card.dataset).reportData);
  return JSON.stringify(report?.scores) === JSON.stringify(card.evaluation.scores) ? report : undefined;
}

/** How often the intervals held what they promised; nothing for a model that has none. */
export function Coverage({ card: { champion, evaluation } }: { readonly card: ModelCard }) {
  // Cards from before there were intervals have none.
  if (!evaluation.intervals) return null;
  const { own, naive, on } = toldIntervals(evaluation.intervals);
  return own.length === 0 ? null : (
    <section>
      <h2>How sure it is</h2>
      <Plot id="coverage" figure={intervalCoverage(own, { model: champion, on, naive })} />
    </section>
  );
}

/** Error by horizon and by slice, and the importance of features. */
export function Judged({ report }: { readonly report: Kept }) {
  const { metric, champion, baseline, unit, byStep, errorBy: slices, importance, frequency } = report;
  const roles = { metric, champion, baseline, unit };
  return (
    <>
      <section>
        <h2>Where it errs</h2>
        {byStep.length > 1 && <Plot id="by-step" figure={horizonCurve(byStep, { ...roles, frequency })} />}
        <div class="multiples wide">
          {slices.map((slice) => <Plot id={`slice-${slice.slice}`} figure={errorBy(slice, roles)} />)}
        </div>
      </section>
      {importance !== undefined && (
        <section>
          <h2>What it looks at</h2>
          <Plot id="importance" figure={importanceChart(importance, { model: champion, top: 15 })} />
        </section>
      )}
    </>
  );
}
