// Put an approved version into production.
import { deploy } from "@/pipeline/deploy.ts";
import { main } from "./support/command.ts";
import { modeNote, orderOf, USER_FLAGS } from "./support/orders.ts";

await main({
  name: "deploy",
  about: "Verify a version's approval and hashes, export it to models/DATASET/VERSION, and make it current.",
  example: "deno task deploy --dataset rossmann --version 3 --user ben",
  flags: {
    ...USER_FLAGS,
    version: { type: "string", value: "N", about: "the registered version (default: the newest approved one)" },
  },
  async run(context, values) {
    const done = await deploy(context, orderOf(values, "deploy"));
    const { dataset, version, previous, approvers, mode, folder } = done;
    const before = previous === null ? "" : `, version ${previous} before`;
    const text = `version ${version} of ${dataset} is in production${before}; approved by ${approvers.join(", ")}\n` +
      `bundle: ${folder}${modeNote(mode)}`;
    return { json: done, text };
  },
});
