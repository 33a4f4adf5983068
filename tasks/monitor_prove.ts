// Put monitoring to the proof: replay a dataset as it is and with the world changed on purpose, and count what is found.
import { ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";
import type { Panel } from "@/core/panel.ts";
import { take } from "@/pipeline/ingest.ts";
import { ENSEMBLE } from "@/pipeline/models.ts";
import type { Context } from "@/pipeline/context.ts";
import { proveLoss } from "@/pipeline/monitor/loss_proof.ts";
import { prove } from "@/pipeline/monitor/proof.ts";
import { sampleSeries } from "@/pipeline/simulate/history.ts";
import { type FlagValues, main } from "./support/command.ts";
import { lossProofText } from "./support/loss_proof_text.ts";
import { keepProof, type KeptProof, proofMadeOf } from "./support/proof_records.ts";
import { proofText } from "./support/proof_text.ts";

const STEPS = { "1d": 14, "1w": 4 } as const;

await main({
  name: "monitor:prove",
  about: "Replay a dataset as it is and with changes put into it on purpose; count what is found, and what is found " +
    "where nothing has changed.",
  example: "deno task monitor:prove --dataset rossmann --steps 1300 --checks 26",
  flags: {
    checks: { type: "string", value: "N", about: "checks of the data as they are (default 26)" },
    begins: { type: "string", value: "N", about: "dates at which each change is begun (default 4)" },
    errors: {
      type: "boolean",
      about: "instead: what is known of errors before sales are, with a model fitted at each origin (--windows)",
    },
    model: { type: "string", value: "NAME", about: "with --errors: the model (default: lightgbm)" },
    sample: { type: "string", value: "N", about: "at most N series, evenly chosen" },
    record: { type: "string", value: "NAME", about: "keep the record in docs/proofs, for docs/monitoring.md" },
  },
  async run(context, values) {
    const { panel: whole, source } = await take(context), { record, sample } = values;
    const panel = sample === undefined ? whole : sampleSeries(whole, countOf("sample", String(sample)));
    const made = await proofMadeOf(context.project, { source, now: context.now() });
    const kept: KeptProof = values["errors"] === true
      ? { kind: "errors", ...made, ...await errorsToCome(context, panel, values) }
      : { kind: "changes", ...made, ...await changes(context, panel, values) };
    if (record !== undefined) await keepProof(context.project, String(record), kept);
    return { json: kept, text: kept.kind === "errors" ? lossProofText(kept) : proofText(kept) };
  },
});

async function changes(context: Context, panel: Panel, { checks = "26", begins = "4" }: FlagValues) {
  const within = STEPS[panel.profile.frequency], bar = context.progress("prove");
  const counts = { checks: countOf("checks", String(checks)), begins: countOf("begins", String(begins)) };
  const onCheck = (done: number, total: number) => bar.update(done, total);
  return await prove(context, panel, { ...counts, every: within, within, onCheck }).finally(() => bar.end());
}

async function errorsToCome(context: Context, panel: Panel, { model = "lightgbm", checks, begins }: FlagValues) {
  if (checks !== undefined || begins !== undefined) {
    throw new ParamsError("Cannot use --checks or --begins with --errors: no change is put into the data there");
  }
  if (!context.choices.models.includes(String(model)) || model === ENSEMBLE) {
    const known = context.choices.models.filter((name) => name !== ENSEMBLE);
    throw new ParamsError(`Cannot fit "${model}" at each origin: ${didYouMean(String(model), known)}`);
  }
  const bar = context.progress("origins");
  return await proveLoss(context, panel, {
    model: String(model),
    origins: context.params.windows,
    onOrigin: (done, total) => bar.update(done, total),
  }).finally(() => bar.end());
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) {
    throw new ParamsError(`Cannot use --${name} ${text}: expected a whole number from 1 on`);
  }
  return count;
}
