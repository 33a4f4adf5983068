import { after, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { createHash } from "node:crypto";
import { directoryStore, s3Store } from "@/stores/mod.ts";
import type { Store } from "@/core/store.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { taskDocument } from "../support/command_line.ts";
import { startS3 } from "../support/moto.ts";
import { interopMissing } from "../support/python.ts";

const missing = interopMissing();
const server = missing ? undefined : await startS3();
const SMALL = { dataset: "store-item", series: "6", steps: "500", windows: "1", models: "seasonal_naive,lightgbm" };
const STAGES = ["ingest", "validate", "featurize", "leakcheck", "train", "evaluate", "register"] as const;

/** What a run makes of its data, and of a model: names without those of runs, and hashes. */
async function made(store: Store): Promise<Readonly<Record<string, string>>> {
  const { panel, features, windows } = keysOf(SMALL.dataset), found: [string, string][] = [];
  for await (const key of store.list("")) {
    const model = /^mlruns\/[^/]+\/[^/]+\/artifacts\/(model\/.*)$/.exec(key)?.[1];
    if (model === undefined && ![panel, features, windows].includes(key)) continue;
    // What was made when, and by which run, is told in words beside the trees.
    if (model !== undefined && !/\.(txt|bin|onnx)$/.test(model)) continue;
    found.push([model ?? key, createHash("sha256").update((await store.get(key))!).digest("hex")]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => a < b ? -1 : 1));
}

describe("the stages of a model with --workdir s3://…", { skip: missing !== false }, () => {
  after(async () => await server?.kill());

  /** Runs a task as a machine of its own would: nothing lies there but what it fetches from the bucket. */
  async function elsewhere<Document>(task: string, flags: Record<string, string>): Promise<Document> {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast-stage-" });
    try {
      return await taskDocument<Document>(task, flags, { env: { ...server!.env, SHELFCAST_STAGE: folder } });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }

  it("each on another machine, leave in the bucket what they leave in a folder: data, model, version", async () => {
    const workdir = await Deno.makeTempDir({ prefix: "shelfcast-" });
    for (const task of STAGES) await taskDocument(task, { ...SMALL, workdir });
    const expected = await made(directoryStore(workdir));
    await Deno.remove(workdir, { recursive: true });

    const bucket = `${await server!.bucket()}/shop`;
    for (const task of STAGES) await elsewhere(task, { ...SMALL, workdir: bucket });
    const found = await made(s3Store(bucket, (name) => server!.env[name]));
    expect(Object.keys(found).some((key) => key.startsWith("model/"))).toBe(true);
    expect(found).toEqual(expected);

    const { versions } = await elsewhere<{ versions: { version: number; stage: string }[] }>(
      "models",
      { dataset: SMALL.dataset, workdir: bucket },
    );
    expect(versions).toMatchObject([{ version: 1, stage: "Staging" }]);
  });
});
