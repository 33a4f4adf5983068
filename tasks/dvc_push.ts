// Copy what DVC keeps from the cache to a remote.
import { dirname } from "node:path";
import { dvcPush, openDvc, openRemote } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "dvc:push",
  about: "Copy what DVC keeps from the cache to a remote: a folder, or S3 and what speaks its language.",
  example: "deno task dvc:push --remote storage",
  flags: {
    remote: { type: "string", value: "NAME", about: "a remote of .dvc/config (default: core.remote)" },
  },
  async run({ store, env }, values) {
    const project = await openDvc(dirname(store.path("dvc.yaml")));
    const remote = openRemote(project, values["remote"] === undefined ? undefined : String(values["remote"]), env);
    const moved = await dvcPush(project, remote);
    return {
      json: { remote: remote.url, ...moved },
      text: `${moved.copied} files to ${remote.url}, ${moved.had} were there`,
    };
  },
});
