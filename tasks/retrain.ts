// Make a new model if one is due: pull, train, hold it against the one in production, register, tell people.
import { ParamsError } from "@/core/errors.ts";
import type { Order } from "@/pipeline/approve.ts";
import { openNotifiers } from "@/pipeline/notify.ts";
import { retrain, type Retrained } from "@/pipeline/retrain/retrain.ts";
import { type FlagValues, main } from "./support/command.ts";

await main({
  name: "retrain",
  about:
    "Make a new model if one is due (the flag of `deno task monitor`, the schedule or new data), and hold it against " +
    "the one in production. That one answers on until a new one is approved and deployed.",
  example: "deno task retrain --dataset rossmann --source ~/rossmann --force",
  flags: {
    force: { type: "boolean", about: "train although nothing calls for it" },
    "every-days": { type: "string", value: "N", about: "due N days after the last one (default: retrain.everyDays)" },
    "new-steps": {
      type: "string",
      value: "N",
      about: "due after N days or weeks of new sales (default: retrain.newSteps)",
    },
    promote: { type: "string", value: "POLICY", about: "staging or wait (default: retrain.promote)" },
    "approve-as": { type: "string", value: "NAME", about: "approve what the gate accepts, as this listed approver" },
    "deploy-as": { type: "string", value: "NAME", about: "deploy what was approved, as this listed deployer" },
    keys: { type: "string", value: "DIR", about: "the folder of their keys, NAME.pem (default: ~/.config/shelfcast)" },
  },
  async run(context, values) {
    const promote = values["promote"];
    if (promote !== undefined && promote !== "staging" && promote !== "wait") {
      throw new ParamsError(`Cannot use --promote ${promote}: expected staging or wait`);
    }
    const everyDays = wholeNumber(values, "every-days"), newSteps = wholeNumber(values, "new-steps");
    const approveAs = orderAs(values, "approve-as"), deployAs = orderAs(values, "deploy-as");
    const done = await retrain(context, {
      force: values["force"] === true,
      ...everyDays === undefined ? {} : { everyDays },
      ...newSteps === undefined ? {} : { newSteps },
      ...promote === undefined ? {} : { promote },
      ...approveAs === undefined ? {} : { approveAs },
      ...deployAs === undefined ? {} : { deployAs },
      notifiers: openNotifiers(context.env),
    });
    return { json: done, text: textOf(done) };
  },
});

function wholeNumber(values: FlagValues, flag: string): number | undefined {
  const text = values[flag];
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(String(text))) return Number(text);
  throw new ParamsError(`Cannot use --${flag} ${text}: expected a whole number from 0 to 9999`);
}

function orderAs(values: FlagValues, flag: string): Order | undefined {
  const user = values[flag], folder = values["keys"];
  if (user === undefined) return undefined;
  return { user: String(user), ...folder === undefined ? {} : { key: `${folder}/${user}.pem` } };
}

function textOf(
  { dataset, outcome, why, trigger, champion, current, challenger, reasons, notTold, pulled }: Retrained,
): string {
  const came = pulled === null ? [] : [`pulled ${pulled.folder} from ${pulled.remote}: ${pulled.copied} files are new`];
  if (outcome === "idle") return [...came, `nothing to do for ${dataset}: ${why}`].join("\n");
  const ends = {
    deployed: `version ${current} is in production now`,
    waiting:
      `version ${challenger} waits for approval: deno task approve --dataset ${dataset} --version ${challenger} --user NAME`,
    kept: `version ${champion} stays in production: the gate refused version ${challenger}`,
    failed: "",
  };
  return [
    ...came,
    `retrained ${dataset} (${trigger}: ${why})`,
    ends[outcome],
    ...reasons.map((reason) => `  ${reason}`),
    ...notTold.map((problem) => `warning: not told: ${problem}`),
  ].join("\n");
}
