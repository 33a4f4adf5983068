// List recorded runs, or lay two of them side by side.
import { formatTime } from "@/charts/mod.ts";
import { compareRuns, findRun, listRuns } from "@/pipeline/compare_runs.ts";
import { ParamsError } from "@/core/errors.ts";
import type { RunRecord } from "@/core/run_record.ts";
import { experimentName } from "@/pipeline/context.ts";
import { main } from "./support/command.ts";
import { table } from "./support/terminal.ts";

await main({
  name: "runs",
  about: "List a dataset's recorded runs; with --compare, lay two of them side by side.",
  example: "deno task runs --dataset rossmann --compare 8fd5c2,0c41aa",
  flags: {
    compare: { type: "string", value: "A,B", about: "two runs, each by its id or the beginning of it" },
  },
  async run(context, values) {
    const { metric } = context.profile;
    if (values["compare"] !== undefined) {
      const ids = String(values["compare"]).split(",").map((id) => id.trim());
      if (ids.length !== 2) throw new ParamsError(`Cannot compare ${values["compare"]}: expected two ids, A,B`);
      const [first, second] = [await findRun(context, ids[0]!), await findRun(context, ids[1]!)];
      const found = compareRuns(first, second);
      return { json: { first: first.id, second: second.id, ...found }, text: sideBySide(first, second, found, metric) };
    }
    const name = experimentName(context), runs = await listRuns(context);
    const empty = `No run is recorded in ${name}: run \`deno task pipeline --dataset ${context.profile.name}\``;
    return {
      json: { experiment: name, runs: runs.map((run) => facts(run, metric)) },
      text: listing(name, runs, metric) || empty,
    };
  },
});

function facts(run: RunRecord, metric: string) {
  const { id, name, status, started, tags } = run, champion = tags["shelfcast.champion"] ?? null;
  return {
    id,
    name,
    status,
    started: new Date(started).toISOString(),
    champion,
    metric,
    holdout: run.metrics[`holdout.${champion}.${metric}`]?.at(-1)?.value ?? null,
    naive: run.metrics[`holdout.seasonal_naive.${metric}`]?.at(-1)?.value ?? null,
    data: tags["shelfcast.fingerprint"] ?? null,
    code: tags["mlflow.source.git.commit"] ?? null,
    dirty: tags["shelfcast.dirty"] ?? null,
  };
}

function listing(name: string, runs: readonly RunRecord[], metric: string): string {
  if (runs.length === 0) return "";
  const rows = runs.toReversed().map((run) => facts(run, metric)).map((run) => [
    run.id,
    formatTime(run.started),
    run.status,
    run.champion ?? "",
    error(run.holdout),
    error(run.naive),
    run.data?.slice(0, 8) ?? "",
    `${run.code?.slice(0, 8) ?? ""}${run.dirty === "true" ? "+" : ""}`,
  ]);
  const columns = ["run", "started", "status", "champion", metric, "naive", "data", "code"];
  return `${name}, newest first; ${metric} on the holdout, + marks code with changes\n\n${table(columns, rows)}`;
}

function sideBySide(
  first: RunRecord,
  second: RunRecord,
  { params, metrics }: ReturnType<typeof compareRuns>,
  metric: string,
): string {
  const columns = ["", first.id.slice(0, 12), second.id.slice(0, 12)];
  const own = metrics.filter(({ name }) => name.endsWith(`.${metric}`));
  return [
    params.length === 0 ? "Both were run with the same params, data and code." : table(
      columns,
      params.map(({ name, first, second }) => [name, clip(first), clip(second)]),
    ),
    "",
    table(columns, own.map(({ name, first, second }) => [name, error(first), error(second)])),
  ].join("\n");
}

function error(value: number | null): string {
  return value === null ? "" : value.toPrecision(4);
}

function clip(text: string | null): string {
  return text === null ? "" : text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
