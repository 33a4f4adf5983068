// Check the notebooks: no outputs, a heading, a promise, assertions at the end, and the types and lint of every cell.
import { fileURLToPath } from "node:url";
import { printHelp } from "./support/help.ts";
import { checkNotebooks } from "./support/notebooks/check.ts";
import { type Notebook, readNotebooks } from "./support/notebooks/notebook.ts";
import { terminal } from "./support/terminal.ts";

if (Deno.args.includes("--help")) {
  printHelp({
    name: "notebooks:check",
    about:
      "Check the notebooks: no outputs, a heading, a promise, assertions at the end, types and lint of every cell.",
    example: "deno task notebooks:check",
    flags: { help: { type: "boolean", about: "show this help" } },
  }, Deno.args);
  Deno.exit(0);
}

const folder = fileURLToPath(new URL("../notebooks", import.meta.url));
const simplified = await readNotebooks(`${folder}/simplified`).catch((): Notebook[] => []);
const notebooks = [...await readNotebooks(folder), ...simplified];
const problems = await checkNotebooks(notebooks);
for (const problem of problems) terminal.say(problem);
terminal.print(`${notebooks.length} notebooks checked, ${problems.length === 0 ? "nothing" : problems.length} to mend`);
Deno.exit(problems.length > 0 ? 1 : 0);
