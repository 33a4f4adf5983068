// Judge a registered version: is it proven, and better than what is in production?
import { gate } from "@/pipeline/gate.ts";
import { main } from "./support/command.ts";
import { VERSION_FLAG, versionOf } from "./support/orders.ts";
import { decisionText } from "./support/summaries.ts";

await main({
  name: "gate",
  about: "Judge a registered version by the one in production, or as a first one by naive and simple models.",
  example: "deno task gate --dataset rossmann --version 3",
  flags: VERSION_FLAG,
  async run(context, values) {
    const { version, decision } = await gate(context, versionOf(values));
    const json = { name: version.name, version: version.version, ...decision };
    return { json, text: `${version.name} version ${version.version} passed the gate\n${decisionText(decision)}` };
  },
});
