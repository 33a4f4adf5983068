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
      [`${name}:`, ...changes.flatMap(changeLines)].join("\n  ")
    );
    return { json: status, text: lines.join("\n") || "Data and pipelines are up to date." };
  },
});

/** A change of DVC's document as lines: `changed deps: src/datasets modified, tasks/params.yaml new`. */
function changeLines(change: unknown): string[] {
  if (typeof change !== "object" || change === null) return [String(change)];
  return Object.entries(change).map(([kind, of]) =>
    typeof of === "object" && of !== null
      ? `${kind}: ${Object.entries(of).map(([path, state]) => `${path} ${stateText(state)}`).join(", ")}`
      : `${kind}: ${of}`
  );
}

/** How a file has changed; of params, each by its name. */
function stateText(state: unknown): string {
  if (typeof state !== "object" || state === null) return String(state);
  return `(${Object.entries(state).map(([name, how]) => `${name} ${how}`).join(", ")})`;
}
