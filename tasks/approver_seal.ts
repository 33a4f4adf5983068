// Accept a reviewed change of approved_users.json.
import { sealUsers } from "@/pipeline/approver_new.ts";
import { main } from "./support/command.ts";
import { USER_FLAGS } from "./support/orders.ts";

await main({
  name: "approver:seal",
  about: "Seal approved_users.json after a reviewed change by hand; the audit log keeps who is listed now.",
  example: "deno task approver:seal --user anna",
  flags: { user: USER_FLAGS.user },
  async run(context, { user = "unknown" }) {
    const { users, mode, twoPersons } = await sealUsers(context, String(user));
    const who = users.map(({ name, role }) => `${name} (${role})`).join(", ") || "nobody";
    return {
      json: { users, mode, twoPersons },
      text: `sealed: ${who}; mode ${mode}${twoPersons ? ", two approvers" : ""}`,
    };
  },
});
