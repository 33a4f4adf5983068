/**
 * The tables of docs/accuracy.md: how intervals held, from the protocol's records, and what was tried, from its trials.
 *
 * @module
 */
import type { Store } from "@/core/store.ts";
import { datasets } from "@/datasets/mod.ts";
import type { ProtocolRecord } from "@/pipeline/backtest/record.ts";
import { COVERAGE_BARS } from "@/pipeline/intervals.ts";
import { levelName } from "@/pipeline/level_name.ts";
import { writePart } from "./made_part.ts";
import { markdownTable } from "./markdown_table.ts";
import { readRecords, TRIALS } from "./records.ts";
import { scoreText } from "./score_text.ts";

const PAGE = "docs/accuracy.md";

/** Name → record. */
type Records = Readonly<Record<string, ProtocolRecord>>;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
/** About four digits, as people write them. */
const four = (value: number | null) =>
  value === null ? "–" : Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4);

/** Per record: how many outcomes the champion's intervals held, what they cost beside naive ones, and slice by slice. */
export function coverageTable(records: Records): string {
  const head = [
    "record",
    "intervals",
    "50 %",
    "80 %",
    "95 %",
    "Winkler of 80 %, naive",
    "CRPS, naive",
    "slices",
    "beyond",
  ];
  const rows = Object.entries(records).flatMap(([name, { intervals, dataset }]) => {
    if (!intervals) return [];
    const { model, on, levels, crps, naiveCrps, slices } = intervals, [least, most] = COVERAGE_BARS.slice;
    const of = (level: number) => levels.find((own) => own.level === level)!;
    const shares = slices.map(({ held }) => held), { profile } = datasets[dataset]!;
    const beyond = slices.filter(({ held }) => held < least || held > most).map(({ slice, group, held, windows }) =>
      `${slice} ${levelName(slice, Number(group), profile)}: ${percent(held)} (${windows} window${
        windows === 1 ? "" : "s"
      })`
    );
    return [[
      `\`${name}\``,
      `${model}, ${on}`,
      percent(of(50).held),
      percent(of(80).held),
      percent(of(95).held),
      `${four(of(80).winkler)}, ${four(of(80).naiveWinkler)}`,
      `${four(crps)}, ${four(naiveCrps)}`,
      shares.length === 0
        ? "–"
        : `${shares.length}: ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`,
      beyond.length === 0 ? "none" : beyond.join("; "),
    ]];
  });
  return markdownTable(head, rows);
}

/** Per record: what the score is mostly about. */
export function heaviestTable(records: Records): string {
  const head = [
    "record",
    "metric",
    "carried by 0.5 % of rows",
    "without them",
    "groups among them, and of all rows",
    "heaviest row",
  ];
  const rows = Object.entries(records).flatMap(([name, { heaviest, dataset, metric, origins }]) => {
    if (!heaviest || origins.length === 0) return [];
    const { profile } = datasets[dataset]!, [worst] = heaviest.rows;
    const groups = heaviest.groups.map(({ slice, group, ofHeavy, ofAll }) =>
      `${slice} ${levelName(slice, Number(group), profile)} ${percent(ofHeavy)}, ${percent(ofAll)}`
    );
    const shares = Object.values(heaviest.byOrigin);
    return [[
      `\`${name}\``,
      `${metric} ${scoreText(metric, heaviest.score)}`,
      `${percent(heaviest.carried)} (${percent(Math.min(...shares))} to ${percent(Math.max(...shares))})`,
      scoreText(metric, heaviest.without),
      groups.length === 0 ? "–" : groups.join("; "),
      worst === undefined ? "–" : `${worst.id} on ${worst.ds}: sold ${Math.round(worst.y)}, forecast ` +
        `${Math.round(worst.forecast)}, ${(100 * worst.carried).toPrecision(2)} % of its window`,
    ]];
  });
  return markdownTable(head, rows);
}

/** Conformal intervals beside conformalised quantile models (CQR) and naive ones; undefined where a record has no CQR. */
function cqrTable({ intervals }: ProtocolRecord): string | undefined {
  if (!intervals?.cqr) return undefined;
  const { levels, crps, naiveCrps, cqr, on } = intervals;
  const share = (own: readonly { readonly level: number; readonly held: number }[]) =>
    [50, 80, 95].map((level) => percent(own.find((one) => one.level === level)!.held));
  const at80 = levels.find(({ level }) => level === 80)!;
  const rows = [
    [`split conformal, ${on}`, ...share(levels), four(at80.winkler), four(crps)],
    [
      "conformalised quantiles (CQR)",
      ...share(cqr.levels),
      four(cqr.levels.find(({ level }) => level === 80)!.winkler),
      four(cqr.crps),
    ],
    [
      "naive",
      ...share(levels.map(({ level, naiveHeld }) => ({ level, held: naiveHeld }))),
      four(at80.naiveWinkler),
      four(naiveCrps),
    ],
  ];
  return markdownTable(["intervals", "50 %", "80 %", "95 %", "Winkler of 80 %", "CRPS"], rows);
}

/** Per trial: every model of it, best first, beside the others. */
export function trialTables(trials: Records): string {
  return Object.entries(trials).map(([name, trial]) => {
    const { metric, models, origins, seeds, holdout, source, horizon, dataset } = trial;
    const best = models[0]!.rolling?.mean ?? NaN,
      text = (value: number | null | undefined) => value == null ? "–" : scoreText(metric, value);
    const rows = models.map(({ model, rolling, holdout, seedSpread }) => [
      model,
      text(rolling?.mean),
      rolling === null ? "–" : `${(100 * (rolling.mean / best - 1)).toFixed(1)} %`,
      text(rolling?.median),
      text(holdout),
      seeds.length === 1 ? "–" : text(seedSpread),
    ]);
    const data = source === "synthetic" ? "embedded data" : source;
    return [
      `\`${name}\`: ${dataset} (${data}), ${horizon} steps, ${origins.length} origins` +
      `${holdout === null ? "" : " and the holdout"}, ${seeds.length} seed${seeds.length === 1 ? "" : "s"}`,
      markdownTable(["model", `mean ${metric}`, "to the best", "median", "holdout", "seeds apart"], rows),
      ...[cqrTable(trial)].filter((table) => table !== undefined),
    ].join("\n\n");
  }).join("\n\n");
}

/** Writes the page's tables between their markers; returns how many trials it tells of. */
export async function tellAccuracy(project: Store): Promise<number> {
  const records = await readRecords(project), trials = await readRecords(project, TRIALS);
  await writePart(project, { page: PAGE, name: "coverage", of: "docs/records" }, coverageTable(records));
  await writePart(project, { page: PAGE, name: "heavy rows", of: "docs/records" }, heaviestTable(records));
  await writePart(project, { page: PAGE, name: "trials", of: "docs/trials" }, trialTables(trials));
  return Object.keys(trials).length;
}
