// Run the maturity audit: what is strong, what is missing, what to do next.
import { resolve } from "node:path";
import { audit, auditAnother } from "@/audit/audit.ts";
import { AUDIT_PAGE, auditHtml } from "@/audit/page.ts";
import { ParamsError } from "@/core/errors.ts";
import { directoryStore } from "@/stores/mod.ts";
import { auditText } from "./support/audit_text.ts";
import { main } from "./support/command.ts";

await main({
  name: "audit",
  about:
    "Open and run documentation, validation, MLflow logs, model files, tests and CI/CD files, run the 28 drills of the ML " +
    "Test Score in a small shop, and say what is strong, what is missing, and what to do next.",
  example: "deno task audit --min 5",
  flags: {
    min: { type: "string", value: "SCORE", about: "exit code 1 below this ML Test Score (0 to 7)" },
    path: { type: "string", value: "DIR", about: "audit another project's folder, by what can be run from outside" },
    "run-tests": { type: "boolean", about: "with --path: run that project's own tests, which is running its code" },
  },
  async run(context, values) {
    const least = values["min"] === undefined ? 0 : Number(values["min"]);
    if (!(least >= 0 && least <= 7)) throw new ParamsError(`Cannot use --min ${values["min"]}: expected 0 to 7`);
    const path = values["path"] === undefined ? undefined : resolve(String(values["path"]));
    if (path === undefined && values["run-tests"] === true) {
      throw new ParamsError("Cannot use --run-tests without --path: this project's tests are run anyway");
    }
    if (path !== undefined && !await isFolder(path)) throw new ParamsError(`Cannot audit ${path}: there is no folder`);
    const found = path === undefined || path === resolve(context.project.location)
      ? await audit(context)
      : await auditAnother({ ...context, project: directoryStore(path) }, { runTests: values["run-tests"] === true });
    await context.store.put(AUDIT_PAGE, auditHtml(found));
    return {
      json: found,
      text: `${auditText(found)}\n\npage: ${context.store.path(AUDIT_PAGE)}`,
      ...found.score.final < least && { code: 1 },
    };
  },
});

function isFolder(path: string): Promise<boolean> {
  return Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
