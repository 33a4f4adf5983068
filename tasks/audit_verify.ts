// Check the audit log, and what is deployed against it.
import { GovernanceError } from "@/core/errors.ts";
import { verifyTrail } from "@/pipeline/audit_verify.ts";
import { main } from "./support/command.ts";

await main({
  name: "audit:verify",
  about: "Find any line of the audit log that was edited, dropped or moved, and any deployment that is not in it.",
  example: "deno task audit:verify",
  async run(context) {
    const { lines, problems, deployed } = await verifyTrail(context);
    if (problems.length > 0) {
      const message =
        `Refused the audit log as ${problems.length === 1 ? "a problem was" : `${problems.length} problems were`}` +
        ` found: ${problems.join("; ")}`;
      throw new GovernanceError(message, { rule: "audit log" });
    }
    const text = `${lines} lines, none edited, dropped or moved; ${deployed} deployed versions, each with its line`;
    return { json: { lines, deployed, problems }, text };
  },
});
