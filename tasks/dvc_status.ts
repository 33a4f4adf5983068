// Compare the project's files with what DVC knows of them.
import { dirname } from "node:path";
import { dvcStatus, openDvc } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "dvc:status",
  about: "Compare files with their .dvc files, dvc.yaml and dvc.lock; the document of --json is that of `dvc status`.",
  example: "deno task dvc:status",
  async run({ store }) {
    const status = await dvcStatus(await openDvc(dirname(store.path("dvc.yaml"))));
    const lines = Object.entries(status).map(([name, changes]) =>
      `${name}: ${changes.map((one) => typeof one === "string" ? one : JSON.stringify(one)).join(", ")}`
    );
    return { json: status, text: lines.join("\n") || "Data and pipelines are up to date." };
  },
});
