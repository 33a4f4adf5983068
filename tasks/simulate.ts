// Replay months of weekly operation on history: when is a new model worth its price?
import { ParamsError } from "@/core/errors.ts";
import { didYouMean } from "@/core/names.ts";
import { readDriftSpec } from "@/pipeline/simulate/drift_spec.ts";
import { POLICIES, type Policy } from "@/pipeline/simulate/policies.ts";
import { policyRows, simulate, simulationAnswer, simulationKeys } from "@/pipeline/simulate/simulate.ts";
import { type FlagValues, main } from "./support/command.ts";
import { keepSimulation, simulationMadeOf } from "./support/policy_records.ts";
import { table } from "./support/terminal.ts";

await main({
  name: "simulate",
  about: "Replay weekly operation on history (ingest, monitor, retrain, gate, deploy, rollback) under policies of " +
    "retraining, and price each in error, computing and money.",
  example: "deno task simulate --policy never,monthly,drift,oracle --from 2014-12-01 --to 2015-06-01",
  flags: {
    policy: { type: "string", value: "A,B", about: "never, monthly, drift, oracle (default: all of them)" },
    from: { type: "string", value: "DATE", about: "the first day (default: half a year before the end)" },
    to: { type: "string", value: "DATE", about: "the day after the last (default: the end of the data)" },
    model: { type: "string", value: "NAME", about: "the model that is trained each week (default: lightgbm)" },
    sample: { type: "string", value: "N", about: "at most N series, evenly chosen" },
    record: {
      type: "string",
      value: "NAME",
      about: "keep the record in docs/policies, for docs/monitoring_policies.md",
    },
    inject: { type: "string", value: "DRIFT", about: "KIND:SIZE@DATE; level, variance, promo, feed or concept" },
  },
  async run(context, values) {
    const policies = values["policy"] === undefined ? POLICIES : String(values["policy"]).split(",").map(policyOf);
    const sample = values["sample"] === undefined ? undefined : Number(values["sample"]);
    if (sample !== undefined && !(Number.isInteger(sample) && sample > 0)) {
      throw new ParamsError(`Cannot take --sample ${values["sample"]} series: expected a whole number from 1 on`);
    }
    const from = dateOf(values, "from"), to = dateOf(values, "to"), { model, inject } = values;
    const made = await simulationMadeOf(context.project, context.now());
    const done = await simulate(context, {
      policies,
      ...from === undefined ? {} : { from },
      ...to === undefined ? {} : { to },
      ...model === undefined ? {} : { model: String(model) },
      ...sample === undefined ? {} : { sample },
      ...inject === undefined ? {} : { drift: readDriftSpec(String(inject)) },
    });
    if (values["record"] !== undefined) {
      await keepSimulation(context.project, String(values["record"]), { ...done, ...made });
    }
    const { columns, rows } = policyRows(done), page = context.store.path(simulationKeys(done.dataset).page);
    return { json: done, text: `${simulationAnswer(done)}\n\n${table(columns, rows)}\n\n${page}` };
  },
});

function policyOf(name: string): Policy {
  const found = POLICIES.find((policy) => policy === name.trim());
  if (found !== undefined) return found;
  throw new ParamsError(`Cannot simulate the policy "${name}": ${didYouMean(name, POLICIES)}`);
}

function dateOf(values: FlagValues, flag: string): string | undefined {
  const text = values[flag];
  if (text === undefined) return undefined;
  try {
    return Temporal.PlainDate.from(String(text), { overflow: "reject" }).toString();
  } catch {
    throw new ParamsError(`Cannot use --${flag} ${text} as it is not a date of the calendar: expected YYYY-MM-DD`);
  }
}
