// Bring what DVC keeps from a remote into the project.
import { dirname } from "node:path";
import { dvcPull, openDvc, openRemote } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "dvc:pull",
  about: "Bring what DVC keeps from a remote into the project: a folder, or S3 and what speaks its language.",
  example: "deno task dvc:pull --remote storage",
  flags: {
    remote: { type: "string", value: "NAME", about: "a remote of .dvc/config (default: core.remote)" },
    force: { type: "boolean", about: "replace changed files that are nowhere else" },
  },
  async run({ store, env }, values) {
    const project = await openDvc(dirname(store.path("dvc.yaml")));
    const remote = openRemote(project, values["remote"] === undefined ? undefined : String(values["remote"]), env);
    const moved = await dvcPull(project, remote, { force: values["force"] === true });
    return {
      json: { remote: remote.url, ...moved },
      text: `${moved.copied} files from ${remote.url}, ${moved.had} were there`,
    };
  },
});
