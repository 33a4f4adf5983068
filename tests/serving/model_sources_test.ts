/** Where a server takes its model from: whatever the source, nothing unproven is served. */
import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { GovernanceError, ModelUnavailableError, ParamsError, StoreError } from "@/core/errors.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { dvcAdd, dvcPush, openDvc, openRemote } from "@/stores/mod.ts";
import { DATASET, type Governed, governed, intoProduction, NAME } from "../support/governed.ts";

describe("serve --model", () => {
  let shop: Governed;
  before(async () => {
    shop = await governed();
    await intoProduction(shop);
  });
  after(() => shop[Symbol.asyncDispose]());

  it("dir, dvc, a stage and an alias are the same model, with the same approval", async () => {
    const { context } = shop, root = join(shop.work.path, "work");
    const folder = context.store.path(`models/${DATASET}`), remote = join(shop.work.path, "remote");
    const deployed = await modelSource(context).read();
    await Deno.mkdir(join(root, ".dvc"), { recursive: true });
    const config = `[core]\n    no_scm = True\n    remote = storage\n['remote "storage"']\n    url = ${remote}\n`;
    await Deno.writeTextFile(join(root, ".dvc/config"), config);
    const project = await openDvc(root);
    await dvcAdd(project, `models/${DATASET}`);
    await dvcPush(project, openRemote(project, undefined, context.env));
    // What a fresh checkout has: the .dvc file, neither the model nor a cache.
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(project.cache, { recursive: true });

    for (const address of ["dvc", "dir", `models:/${NAME}/Production`, `models:/${NAME}@champion`]) {
      const source = modelSource(context, address), { name, version, files, approvals } = await source.read();
      expect([address, name, version, approvals]).toEqual([address, NAME, "1", deployed.approvals]);
      expect(files).toEqual(deployed.files);
      expect(await source.peek()).toBeDefined();
    }
    expect((await modelSource(context, "dvc").read()).source).toBe("dvc");
  });

  it("dvc refuses what came damaged, and says what is missing", async () => {
    const { context } = shop, root = join(shop.work.path, "work");
    const folder = context.store.path(`models/${DATASET}`), source = modelSource(context, "dvc");
    const project = await openDvc(root);
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(project.cache, { recursive: true });
    const remote = join(shop.work.path, "remote");
    for await (const path of filesBelow(remote)) {
      if (path.endsWith(".dir")) continue;
      await Deno.chmod(path, 0o644);
      await Deno.writeTextFile(path, "damaged");
    }
    await expect(source.read()).rejects.toThrow(StoreError);
    await Deno.remove(`${folder}.dvc`);
    await expect(source.read()).rejects.toThrow(ModelUnavailableError);
    await expect(source.read()).rejects.toThrow("deno task dvc:push");
  });

  it("refuses a version that nobody approved", async () => {
    const version = await shop.train(8);
    expect(version).toBe(2);
    const { registry } = shop.context;
    await registry.alias(NAME, "untested", version);
    await expect(modelSource(shop.context, `models:/${NAME}@untested`).read()).rejects.toThrow(GovernanceError);
  });

  it("refuses what is no address, and another dataset's model", () => {
    for (const address of ["", "models:/", `models:/${NAME}`, "models:/other/Production", "s3://models"]) {
      expect(() => modelSource(shop.context, address)).toThrow(ParamsError);
    }
  });
});

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(join(folder, name));
    else yield join(folder, name);
  }
}
