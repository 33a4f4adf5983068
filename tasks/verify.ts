// Prove the deployed bundle: checksums, approval, signature.
import { GovernanceError } from "@/core/errors.ts";
import { readDeployed } from "@/pipeline/deployed.ts";
import { main } from "./support/command.ts";
import { versionOf } from "./support/orders.ts";

await main({
  name: "verify",
  about:
    "Prove the deployed bundle as a server does: every checksum, the gate's word, who approved it and the signature.",
  example: "deno task verify --dataset rossmann --version 3",
  flags: { version: { type: "string", value: "N", about: "the version that must be the deployed one (default: any)" } },
  async run(context, values) {
    const dataset = context.profile.name, wanted = versionOf(values);
    const { version, card, approval, bundle } = await readDeployed(context, dataset);
    if (wanted !== undefined && wanted !== version) {
      throw new GovernanceError(`Refused version ${wanted} of ${dataset}: the deployed one is ${version}`, {
        rule: "version",
      });
    }
    const approvers = approval.approvals.map(({ statement }) => statement.user);
    return {
      json: {
        dataset,
        version,
        champion: card.champion,
        approvers,
        mode: approval.mode,
        files: Object.keys(bundle).sort(),
      },
      text:
        `version ${version} of ${dataset} is whole (${Object.keys(bundle).length} files), passed the gate, and was ` +
        `approved by ${approvers.join(", ")} (${approval.mode})`,
    };
  },
});
