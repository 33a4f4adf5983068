// Make a pair of keys for a person, and list the public one.
import { ROLES } from "@/governance/mod.ts";
import { ParamsError } from "@/core/errors.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { main } from "./support/command.ts";

await main({
  name: "approver:new",
  about:
    "Make an Ed25519 key pair: the private key stays with the person, the public one goes into approved_users.json.",
  example: "deno task approver:new anna --role approver",
  positional: { name: "NAME", about: "lower case letters, digits, dots and dashes" },
  flags: {
    role: { type: "string", value: "ROLE", about: `${ROLES.join(", ")} (default: approver)` },
    key: { type: "string", value: "FILE", about: "where the private key goes (default: ~/.config/shelfcast/NAME.pem)" },
    by: { type: "string", value: "USER", about: "who lists the person, for the audit log (default: NAME)" },
  },
  async run(context, { NAME, role = "approver", key, by }) {
    const known = ROLES.find((one) => one === role);
    if (known === undefined) throw new ParamsError(`Cannot use the role ${role}: there are ${ROLES.join(", ")}`);
    const made = await newApprover(context, String(NAME), known, {
      ...(key === undefined ? {} : { file: String(key) }),
      ...(by === undefined ? {} : { by: String(by) }),
    });
    const text = `${made.name} is listed as ${made.role} in ${made.list}\n` +
      `private key: ${made.file} (readable by you alone; keep it out of the project)`;
    return { json: made, text };
  },
});
