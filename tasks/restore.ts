// Bring a registered version back into a checkout that has nothing.
import { ParamsError } from "@/core/errors.ts";
import { restore } from "@/pipeline/restore.ts";
import { main } from "./support/command.ts";
import { versionOf } from "./support/orders.ts";

await main({
  name: "restore",
  about: "Bring model, card, metrics, approvals and params of a registered version back, from files or from a server.",
  example: "deno task restore 3 --dataset rossmann --from ~/backup/mlruns",
  positional: { name: "VERSION", about: "the registered version's number" },
  flags: { from: { type: "string", value: "DIR", about: "another mlruns folder, such as a backup" } },
  async run(context, { VERSION, from }) {
    const version = versionOf({ version: VERSION });
    if (version === undefined) throw new ParamsError("Cannot restore as VERSION is missing");
    const done = await restore(context, version, from === undefined ? {} : { from: String(from) });
    const { name, champion, features, folder } = done;
    const text = `${name} version ${version} (${champion}, ${features} features) is back in ${folder}\n` +
      `train like it: deno task pipeline --params ${folder}/params.yaml`;
    return { json: done, text };
  },
});
