// Put a signature under a version that the gate accepts.
import { approve } from "@/pipeline/approve.ts";
import { main } from "./support/command.ts";
import { modeNote, orderOf, USER_FLAGS, VERSION_FLAG } from "./support/orders.ts";
import { decisionText } from "./support/summaries.ts";

await main({
  name: "approve",
  about: "Judge a registered version at the gate, and sign {model, data, metrics, decision, time} as an approver.",
  example: "deno task approve --dataset rossmann --version 3 --user anna",
  flags: { ...USER_FLAGS, ...VERSION_FLAG },
  async run(context, values) {
    const order = orderOf(values, "approve");
    const { version, decision, signed, approvers, missing, mode } = await approve(context, order);
    const next = missing > 0
      ? `it takes ${missing} more approver: deno task approve --version ${version.version} --user NAME`
      : `next: deno task deploy --dataset ${context.profile.name} --version ${version.version} --user NAME`;
    return {
      json: { name: version.name, version: version.version, decision, signed, approvers, missing, mode },
      text: `${order.user} approved ${version.name} version ${version.version}\n${decisionText(decision)}\n${next}` +
        modeNote(mode),
    };
  },
});
