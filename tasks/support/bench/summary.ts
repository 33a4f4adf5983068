/**
 * A benchmark's record as a person reads it.
 *
 * @module
 */
import { type BenchRecord, type Comparison, regressions, type StageFigure } from "./record.ts";
import { table } from "../terminal.ts";

const seconds = (value: number) => value.toFixed(value < 0.1 ? 3 : 2);
const times = (value: number | null) => value === null ? "–" : value.toFixed(2);
const count = (value: number) => Math.round(value).toLocaleString("en");

/** What was measured first, then the tables, then what changed since the last time. */
export function benchSummary(record: BenchRecord, comparison?: Comparison, kept?: string): string {
  const { machine, dataset, source, facts, repetitions, rounds, calibration, peakRssMb, steps } = record;
  const prepare = steps.reduce((sum, { cpu }) => sum + cpu, 0);
  return [
    `${dataset} from ${source}: ${count(Number(facts["rows"]))} rows of ${count(Number(facts["series"]))} series, ` +
    `${facts["features"]} features, ${rounds} trees, medians of ${repetitions}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.os}, Deno ${machine.deno}; calibration loop ${
      seconds(calibration)
    } s`,
    section("Stages, each a call of pure functions, in a fresh process per repetition", stagesTable(record.stages)),
    section("Steps of the pipeline, with what they read and write, in one process", stagesTable(steps)),
    `ingest, validate, featurize, leakcheck together: ${seconds(prepare)} CPU seconds`,
    `peak memory: stages ${count(peakRssMb.stages)} MB, steps ${count(peakRssMb.steps)} MB`,
    ...peerSection(record),
    ...contractsSection(record),
    ...curveSection(record),
    ...comparisonSection(comparison),
    ...record.notes.map((note) => `\nnote: ${note}`),
    ...(kept === undefined ? [] : [`\nrecord: ${kept}`]),
  ].join("\n");
}

/** The same as a part of docs/benchmarks.md, with the command that measured it. */
export function benchPart(record: BenchRecord): string {
  const { time, dataset, rounds, repetitions, curve } = record;
  const flags = `--dataset ${dataset} --rounds ${rounds} --repetitions ${repetitions}${
    curve === null ? "" : " --curve"
  }`;
  return `Measured on ${time.slice(0, 10)} by \`deno task bench ${flags}\`:\n\n\`\`\`text\n${
    benchSummary(record).replaceAll("\n\n\n", "\n\n")
  }\n\`\`\``;
}

function section(title: string, body: string): string {
  return `\n${title}\n\n${body}\n`;
}

function stagesTable(stages: readonly StageFigure[]): string {
  const rows = stages.map(({ name, wall, cpu, units, spread }) => [
    name,
    seconds(wall),
    seconds(cpu),
    units.toFixed(2),
    `${Math.round(100 * spread)} %`,
  ]);
  return table(["stage", "wall s", "CPU s", "CPU/loop", "spread"], rows);
}

function peerSection({ peer, facts }: BenchRecord): string[] {
  if (peer === null) return [];
  const rows = peer.figures.map(({ name, ours, theirs, wallRatio, cpuRatio, aim }) => [
    name,
    seconds(ours.cpu),
    seconds(theirs.cpu),
    times(cpuRatio),
    times(wallRatio),
    aim === null ? "" : aim.toFixed(2),
  ]);
  const head = ["stage", "ours CPU s", "theirs CPU s", "CPU ratio", "wall ratio", "aim"];
  const gap = peer.largestDifference;
  return [
    section(`Beside ${peer.script}${peer.engine ? ` (${peer.engine})` : ""}, taking turns`, table(head, rows)),
    `learnt from ${count(Number(facts["trained"]))} rows, the peer from ${count(peer.rows)}; the peer's peak memory ${
      count(peer.peakMb)
    } MB`,
    ...(gap === null
      ? []
      : [`from the same matrix, forecasts differ by ${gap === 0 ? "nothing" : gap.toPrecision(2)}`]),
  ];
}

function contractsSection({ contracts }: BenchRecord): string[] {
  if (contracts == null) return [];
  const { rows, columns, few, many, peakRssMb, aim, peer } = contracts;
  const dash = ["–", "–", "–"];
  const head = ["suite", "ours wall s", "ours CPU s", "theirs wall s", "wall ratio", "CPU ratio", "aim"];
  const beside = peer === null ? dash : [seconds(peer.seconds.wall), times(peer.wallRatio), times(peer.cpuRatio)];
  const title = `Data contracts: ${count(rows)} rows, ${columns} columns` +
    (peer === null ? "" : `, beside Great Expectations ${peer.version}`);
  return [
    section(
      title,
      table(head, [
        ["12 expectations", seconds(few.wall), seconds(few.cpu), ...beside, aim.toFixed(2)],
        ["100 expectations", seconds(many.wall), seconds(many.cpu), ...dash, ""],
      ]),
    ),
    `peak memory ${count(peakRssMb)} MB` +
    (peer === null
      ? ""
      : `, theirs ${count(peer.peakMb)} MB; ${
        peer.sameVerdicts ? "both give the same verdicts" : "the verdicts DIFFER"
      }`),
  ];
}

function curveSection({ curve }: BenchRecord): string[] {
  if (curve === null) return [];
  const { sizes, exponents, steps } = curve;
  const rows = sizes.map((at) => [
    count(at.series),
    count(at.rows),
    ...[at.ingest, at.featurize, at.forecast, at.total].map(seconds),
    (1e6 * at.total / at.rows).toFixed(1),
    count(at.peakRssMb),
  ]);
  const power = (name: keyof typeof exponents) => exponents[name].toFixed(2);
  const powers = ["power", "", power("ingest"), power("featurize"), power("forecast"), power("total"), "", ""];
  const head = ["series", "rows", "ingest", "featurize", "forecast", "total", "µs a row", "peak MB"];
  const [top, rule, ...body] = table(head, [...rows, powers]).split("\n");
  return [
    section(`Cost of growth: CPU seconds for ${steps} steps of history`, [top, rule, ...body].join("\n")),
    `cost grows with series^${power("total")} over all sizes, series^${power("largest")} between the two largest`,
  ];
}

function comparisonSection(comparison: Comparison | undefined): string[] {
  if (comparison === undefined || comparison.changes.length === 0) return [];
  const { time, sameMachine, changes } = comparison, slower = regressions(comparison);
  const rows = changes.map((change) => [
    change.name,
    change.ratio.toFixed(2),
    `${Math.round(100 * change.noise)} %`,
    slower.includes(change) ? "slower" : "",
  ]);
  const where = sameMachine ? "" : ", on another kind of machine: a hint, not a judgement";
  return [
    section(
      `Now over the record of ${time.slice(0, 10)}, in units of the loop${where}`,
      table(["stage", "ratio", "spread", ""], rows),
    ),
    ...sameMachine
      ? [slower.length === 0 ? "no stage costs more than it may" : `${slower.length} stages cost more than they may`]
      : [],
  ];
}
