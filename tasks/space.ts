// Gather a Hugging Face Space: the server's image, and one shop's folder with the deployed bundle.
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MissingInputError, ParamsError } from "@/core/errors.ts";
import { deploymentKeys, readDeployed } from "@/pipeline/deployed.ts";
import { prepareModel } from "@/serving/model/load_model.ts";
import { main } from "./support/command.ts";

await main({
  name: "space",
  about: "Gather the files of a Hugging Face Space that serves the deployed bundle: verified, without anything else.",
  example: "deno task space --dataset rossmann --image ghcr.io/me/shelfcast-api:1.2.0 --out .cache/space",
  flags: {
    image: { type: "string", value: "IMAGE", about: "the server's image, where the Space's builder can pull it" },
    out: {
      type: "string",
      value: "DIR",
      about: "the folder to write; replaced when it is there (default: .cache/space)",
    },
  },
  async run(context, values) {
    const { store, project, profile } = context, image = values["image"];
    if (image === undefined) {
      throw new ParamsError("Cannot gather a Space as --image is missing: deno task images --push");
    }
    const dataset = profile.name, { version, card } = await readDeployed(context, dataset);
    const key = await prepareModel(context, card);
    const out = resolve(project.location, String(values["out"] ?? ".cache/space")), shop = join(out, "shop");
    const { folder, current, metrics, bundle } = deploymentKeys(dataset);
    await rm(out, { recursive: true, force: true });
    const keys = [
      current,
      metrics,
      bundle(version),
      "approved_users.json",
      `data/panel/${dataset}`,
      `data/horizon/${dataset}/${key}`,
    ];
    for (const name of keys) {
      const to = join(shop, name);
      await mkdir(dirname(to), { recursive: true });
      await cp(store.path(name), to, { recursive: true }).catch(() => {
        throw new MissingInputError(name, `deploy --dataset ${dataset}`);
      });
    }
    await writeFile(join(shop, "VERSION"), `${dataset} ${version}\n`);
    await cp(project.path("deploy/spaces/README.md"), join(out, "README.md"));
    const recipe = await Deno.readTextFile(project.path("deploy/spaces/Dockerfile"));
    await writeFile(join(out, "Dockerfile"), recipe.replace(/^ARG IMAGE=.*$/m, `ARG IMAGE=${image}`));
    return { json: { out, dataset, version, image, folder }, text: `version ${version} of ${dataset} is in ${out}` };
  },
});
