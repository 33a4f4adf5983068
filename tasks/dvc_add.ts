// Take a file or a folder into DVC's care.
import { dirname } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import { dvcAdd, openDvc } from "@/stores/mod.ts";
import { main } from "./support/command.ts";

await main({
  name: "dvc:add",
  about: "Take a file or a folder into DVC's care: into the cache, with a .dvc file beside it, and out of git.",
  example: "deno task dvc:add data/raw/rossmann",
  positional: { name: "path", about: "the file or folder, from the working folder" },
  async run({ store }, values) {
    if (values["path"] === undefined) throw new ParamsError("Cannot add anything to DVC as no path was given");
    const added = await dvcAdd(await openDvc(dirname(store.path("dvc.yaml"))), String(values["path"]));
    return { json: added, text: `${added.file}: ${added.size?.toLocaleString("en")} bytes, md5 ${added.md5}` };
  },
});
