// Fit a model on many machines, each with the features of a partition.
import { ParamsError } from "@/core/errors.ts";
import { fitPart, fitPooledPart, machinesOf } from "@/pipeline/partitions/mod.ts";
import { main } from "./support/command.ts";
import { FIT_FLAG, fitModelOf, PARTITION_FLAG, partitionOf } from "./support/partition.ts";

const TIMEOUT = "120";

await main({
  name: "fit",
  about:
    "Fit LightGBM on many machines at once (data-parallel, its own engine): each machine holds the features of one " +
    "partition, all have the same model at the end, and the first one keeps it. A lost machine ends the others, too. " +
    "With --model, fit one that rests on what parts told (`summarize --for fit`, `merge --stage summarize --for fit`): " +
    "one machine after the other, or all at once.",
  example: "deno task fit --dataset store-item --partition 1/2 --machines 10.0.0.1:12400,10.0.0.2:12400",
  flags: {
    ...PARTITION_FLAG,
    ...FIT_FLAG,
    machines: {
      type: "string",
      value: "A:P,B:P",
      about: "address:port of every machine, in the order of the partitions (default: SHELFCAST_MACHINES)",
    },
    "peer-timeout": {
      type: "string",
      value: "S",
      about: `seconds without a round after which a machine is taken for lost (default ${TIMEOUT})`,
    },
  },
  async run(context, values) {
    const partition = partitionOf(values);
    if (partition === undefined) throw new ParamsError("Cannot fit a part as --partition I/N is missing: such as 1/2");
    const model = fitModelOf(values);
    if (model !== "lightgbm") {
      const { sums: _sums, ...json } = await fitPooledPart(context, model, partition);
      return { json, text: `${model}, partition ${json.part}: model ${json.model.slice(0, 12)}` };
    }
    const timeout = String(values["peer-timeout"] ?? TIMEOUT);
    if (!/^[1-9]\d{0,5}$/.test(timeout)) {
      throw new ParamsError(`Cannot use --peer-timeout ${timeout}: expected whole seconds from 1 on`);
    }
    const told = values["machines"] === undefined ? undefined : String(values["machines"]);
    const machines = machinesOf(context, partition, told);
    const done = await fitPart(context, partition, { machines, timeout: Number(timeout) });
    const traffic = done.traffic === null
      ? ""
      : `; this machine's network sent ${(done.traffic.sent / 1e6).toFixed(1)} MB meanwhile`;
    const text = `partition ${done.part} of ${done.machines} machines: ${done.rows.toLocaleString("en")} rows in ` +
      `${done.seconds.toFixed(1)} s${traffic}; model ${done.model.slice(0, 12)}`;
    return { json: done, text };
  },
});
