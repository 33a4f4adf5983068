// Make the version current again that was current before.
import { rollback } from "@/pipeline/rollback.ts";
import { main } from "./support/command.ts";
import { orderOf, USER_FLAGS } from "./support/orders.ts";

await main({
  name: "rollback",
  about: "Go back to the version that was in production before this one.",
  example: "deno task rollback --dataset rossmann --user ben",
  flags: USER_FLAGS,
  async run(context, values) {
    const done = await rollback(context, orderOf(values, "roll back"));
    return {
      json: done,
      text: `version ${done.to} of ${done.dataset} is in production again, version ${done.from} is not`,
    };
  },
});
