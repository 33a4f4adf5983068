/**
 * The server that is measured: what `deno task serve` runs, with the newest registered model, approved or not, on this
 * machine alone.
 *
 * @module
 */
import { openContext } from "@/pipeline/context.ts";
import type { Overrides } from "@/pipeline/params.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import { serve } from "@/serving/serve.ts";
import { terminal } from "../../terminal.ts";

const { overrides, workdir } = JSON.parse(Deno.args[0]!) as {
  readonly overrides: Overrides;
  readonly workdir: string;
};
const context = await openContext({ overrides, workdir });
const running = serve(context, { source: registrySource(context, { unapproved: true }), port: 0 });
await running.loaded;
const { state } = running.services.models;
if (!state.ready) throw new Error(state.why);
const { origin, horizon, series, levels } = state.model;
terminal.print(JSON.stringify({
  url: running.url,
  origin,
  horizon,
  series,
  levels,
  last: state.model.dateOf(horizon - 1),
  // By series and step, the plan in the panel's names.
  plans: series.slice(0, 100).map((id) => state.model.plan(id).map(({ ds, known }) => ({ ds, known }))),
}));
Deno.addSignalListener("SIGTERM", () => void running.stop().then(() => Deno.exit(0)));
