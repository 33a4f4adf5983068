/**
 * The process that carries out one job: fresh, so that neither caches nor memory of an earlier job count.
 *
 * @module
 */
import { openContext } from "@/pipeline/context.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import type { Job, Measured } from "./job.ts";
import { measureContracts } from "./measure_contracts.ts";
import { measureSize } from "./measure_size.ts";
import { measureStages } from "./measure_stages.ts";
import { measureSteps } from "./measure_steps.ts";
import { calibrate, stopwatch } from "./stopwatch.ts";
import { terminal } from "../terminal.ts";

const job = JSON.parse(Deno.args[0]!) as Job;
const context = await openContext({
  overrides: job.overrides,
  workdir: job.workdir,
  ...(job.paramsFile === undefined ? {} : { paramsFile: job.paramsFile }),
});
const clock = stopwatch();
const before = calibrate();
const facts = await measure(job);
const peak = peakRssMb();
const measured: Measured = {
  stages: clock.seconds,
  calibration: (before + calibrate()) / 2,
  peakRssMb: peak,
  facts,
};
terminal.print(JSON.stringify(measured));
// Background threads of native libraries must not keep the process alive.
Deno.exit(0);

function measure(job: Job): Promise<Measured["facts"]> {
  switch (job.kind) {
    case "stages":
      return measureStages(context, clock, job);
    case "steps":
      return measureSteps(context, clock);
    case "contracts":
      return measureContracts(clock, job);
    case "size":
      return measureSize(context, clock, job);
  }
}
