// Record in dvc.lock that the stages of dvc.yaml were run.
import { dirname } from "node:path";
import { dvcCommit, openDvc } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "dvc:commit",
  about:
    "Record in dvc.lock that the stages of dvc.yaml were run (by `deno task pipeline`, say), and keep what they made.",
  example: "deno task dvc:commit --stages ingest,validate",
  flags: { stages: { type: "string", value: "A,B", about: "the stages (default: all)" } },
  async run({ store }, { stages }) {
    const names = stages === undefined ? undefined : String(stages).split(",").map((name) => name.trim());
    const recorded = await dvcCommit(await openDvc(dirname(store.path("dvc.yaml"))), names);
    return { json: { recorded }, text: `recorded in dvc.lock: ${recorded.join(", ")}` };
  },
});
