/**
 * What decisions rest on, for a person: the summary of a study, and the tables of the studies that are kept.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import type { DecisionRecord } from "@/pipeline/decisions/decide.ts";
import type { LevelErrors } from "@/pipeline/decisions/hierarchy_study.ts";
import { RECONCILIATIONS } from "@/evaluation/mod.ts";
import { keep, keptSource, readKept, writePart } from "./made_part.ts";
import { markdownTable as table } from "./markdown_table.ts";
import { scoreText } from "./score_text.ts";
import { table as aligned } from "./terminal.ts";

const FOLDER = "docs/decisions/";
const PART = { page: "docs/decisions.md", name: "decisions", of: "docs/decisions" };

/** A study as it is kept: without what tells about single series, and where it came from on this machine. */
type KeptRecord = Omit<DecisionRecord, "cost" | "hierarchy"> & {
  readonly cost: Omit<DecisionRecord["cost"], "byStore" | "costliest">;
  readonly hierarchy: Omit<NonNullable<DecisionRecord["hierarchy"]>, "tree"> | null;
};

/** Keeps a study under a name such as `rossmann`. */
export async function keepDecisions(project: Store, name: string, record: DecisionRecord): Promise<void> {
  const { cost: { byStore: _stores, costliest: _series, ...cost }, hierarchy, ...rest } = record;
  const kept: KeptRecord = {
    ...rest,
    source: keptSource(record.source),
    cost,
    hierarchy: hierarchy === null ? null : withoutTree(hierarchy),
  };
  await keep(project, FOLDER, name, kept);
}

function withoutTree({ tree: _, ...rest }: NonNullable<DecisionRecord["hierarchy"]>) {
  return rest;
}

/** Reads the studies that are kept, by name. */
export async function readDecisions(project: Store): Promise<readonly KeptRecord[]> {
  return Object.values(await readKept<KeptRecord>(project, FOLDER));
}

/** Writes the tables of the kept studies between their markers in docs/decisions.md; returns how many there are. */
export async function tellDecisions(project: Store): Promise<number> {
  const records = await readDecisions(project);
  await writePart(project, PART, decisionTables(records));
  return records.length;
}

/** The tables of kept studies: per dataset the errors of each level, then what orders cost. */
export function decisionTables(records: readonly KeptRecord[]): string {
  return records.map((record) => {
    const { dataset, horizon, model, cost, currency, hierarchy } = record;
    const over = `${cost.origins.length} origins from ${cost.origins[0]} to ${cost.origins.at(-1)}`;
    return [
      `### ${dataset}, ${horizon} steps`,
      `Model ${model}; ${over}, each judged by what earlier windows taught.`,
      ...hierarchy === null
        ? []
        : [levelTable(hierarchy.levels, hierarchy.metric, hierarchy.best), chosenText(hierarchy)],
      `Costs: ${cost.costs.under} ${currency} for each unit that is missing, ${cost.costs.over} for each that is left ` +
      `over, so that orders cover ${Math.round(1000 * cost.ratio) / 10} % of outcomes.`,
      costTable(record),
    ].join("\n\n");
  }).join("\n\n");
}

/** How a table is laid out, and what marks the best way: for a page, or for a terminal. */
interface Layout {
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => string;
  readonly marked: (name: string) => string;
}

const PAGE: Layout = { table, marked: (name) => `**${name}**` };
const SCREEN: Layout = { table: aligned, marked: (name) => `${name} *` };

function levelTable(levels: readonly LevelErrors[], metric: string, best: string, { table, marked } = PAGE): string {
  const head = [
    "level",
    "nodes",
    `own models (${metric})`,
    ...RECONCILIATIONS.map((name) => name === best ? marked(name) : name),
    "chosen before",
    "of these, the last window",
  ];
  const rows = levels.map(({ level, nodes, errors, last }) => [
    level,
    String(nodes),
    told(errors.base),
    ...RECONCILIATIONS.map((name) => change(errors[name], errors.base)),
    change(errors.chosen, errors.base),
    change(last.chosen, last.base),
  ]);
  return table(head, rows);

  function told(value: number | null) {
    return value === null ? "–" : scoreText(metric as Parameters<typeof scoreText>[0], value);
  }
}

/** How often each way was chosen, in a line that no formatter folds. */
function chosenText({ chosen }: Pick<NonNullable<KeptRecord["hierarchy"]>, "chosen">): string {
  const times = [...Map.groupBy(chosen, (way) => way)].map(([way, { length }]) =>
    `${way} ${length} of ${chosen.length}`
  );
  return `Chosen before: ${times.join(", ")}.`;
}

function change(value: number | null | undefined, base: number | null): string {
  if (value === null || value === undefined || base === null || base === 0) return "–";
  const share = 100 * (value / base - 1);
  return `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(share).toFixed(1)} %`;
}

function costTable({ cost: { ways }, currency }: Pick<KeptRecord, "cost" | "currency">, { table } = PAGE): string {
  const naive = ways.find(({ way }) => way === "naive interval")!.mean;
  const rows = ways.map(({ way, mean, under, total, service }) => [
    way,
    mean.toLocaleString("en", { maximumSignificantDigits: 4 }),
    change(mean, naive),
    `${(100 * (total > 0 ? under / total : 0)).toFixed(0)} %`,
    `${(100 * service).toFixed(1)} %`,
  ]);
  return table(
    [
      "orders by",
      `cost a series and step (${currency})`,
      "v. naive interval",
      "for what was missing",
      "outcomes covered",
    ],
    rows,
  );
}

/** What a person reads after `deno task decisions`. */
export function decisionSummary(record: DecisionRecord): string {
  const { dataset, model, cost, hierarchy, currency, unit } = record;
  const money = (value: number) => `${value.toLocaleString("en", { maximumSignificantDigits: 4 })} ${currency}`;
  const of = (way: string) => cost.ways.find((own) => own.way === way)!.mean;
  const parts = [
    `${dataset}: orders by ${model} and its intervals cost ${money(of("interval"))} a series and step ` +
    `(${unit}), ${change(of("interval"), of("naive interval"))} v. naive intervals`,
    costTable(record, SCREEN),
    `What each step is worth\n${
      aligned(
        ["step", "error", "v. naive", "v. before", `saves (${currency})`],
        cost.steps.map(({ step, error, overNaive, overBefore, saved }) => [
          step,
          error.toPrecision(4),
          `${(100 * overNaive).toFixed(1)} %`,
          `${(100 * overBefore).toFixed(1)} %`,
          saved.toPrecision(3),
        ]),
      )
    }`,
    `The series that cost most\n${
      cost.costliest.slice(0, 20).map(({ series, cost, share, why }) =>
        `  ${series.padEnd(8)} ${money(cost).padStart(14)}  ${(100 * share).toFixed(1)} %  ${why}`
      ).join("\n")
    }`,
  ];
  if (hierarchy !== null) {
    parts.push(
      `Forecasts that add up: ${hierarchy.best} changes the error of each level like this\n${
        levelTable(hierarchy.levels, hierarchy.metric, hierarchy.best, SCREEN)
      }`,
    );
  }
  return parts.join("\n\n");
}
