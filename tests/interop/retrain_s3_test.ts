import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { retrain, RETRAIN_LOG } from "@/pipeline/retrain/retrain.ts";
import { startS3 } from "../support/moto.ts";
import { INTEROP_BIN, interopMissing } from "../support/python.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

describe("retrain() where DVC keeps the source in S3", { skip: interopMissing() }, () => {
  it("trains on the days that the real DVC has pushed from another machine", async () => {
    await using work = await workdir();
    await using s3 = await startS3();
    const bucket = await s3.bucket(), root = join(work.path, "work"), elsewhere = join(work.path, "elsewhere");
    const config = `[core]\n    no_scm = True\n    remote = storage\n['remote "storage"']\n    url = ${bucket}/team\n` +
      `    endpointurl = ${s3.url}\n`;
    const dvc = async (...args: string[]) => {
      const { success, stderr } = await new Deno.Command(join(INTEROP_BIN, "dvc"), {
        args,
        cwd: elsewhere,
        env: { ...s3.env, AWS_DEFAULT_REGION: "us-east-1", DVC_NO_ANALYTICS: "1", CORE_ANALYTICS: "false" },
      }).output();
      if (!success) throw new Error(`dvc ${args.join(" ")} failed: ${new TextDecoder().decode(stderr)}`);
    };
    const share = async (steps: number) => {
      await Deno.remove(join(elsewhere, "incoming"), { recursive: true }).catch(() => {});
      await Deno.mkdir(join(elsewhere, "incoming"), { recursive: true });
      for (const [name, text] of Object.entries(rawFiles("rossmann", { steps }))) {
        await Deno.writeTextFile(join(elsewhere, "incoming", name), text);
      }
      await dvc("add", "incoming");
      await dvc("push");
      // What git brings to the machine that trains: the note, not the data.
      await Deno.copyFile(join(elsewhere, "incoming.dvc"), join(root, "incoming.dvc"));
    };
    for (const folder of [root, elsewhere]) {
      await Deno.mkdir(join(folder, ".dvc"), { recursive: true });
      await Deno.writeTextFile(join(folder, ".dvc/config"), config);
    }
    const own = { source: join(root, "incoming"), horizon: 14, windows: 1, models: ["seasonal_naive", "lightgbm"] };
    const context = { ...await work.context(own), env: (name: string) => s3.env[name] };

    await share(300);
    const first = await retrain(context, { force: true });
    expect(first).toMatchObject({ challenger: 1, asOf: "2013-10-28", pulled: { remote: `${bucket}/team`, copied: 4 } });
    await share(330);
    const second = await retrain(context, { force: true });
    expect(second).toMatchObject({ challenger: 2, asOf: "2013-11-27", pulled: { folder: "incoming" } });
    expect(second.pulled!.copied).toBeGreaterThan(0);
    expect(await work.read(RETRAIN_LOG)).toContain(`"remote":"${bucket}/team"`);

    // A bucket that is not there any more: said, logged, and no model lost.
    await s3.kill();
    await Deno.remove(join(root, "incoming"), { recursive: true });
    await Deno.remove(join(root, ".dvc/cache"), { recursive: true });
    await expect(retrain(context, { force: true })).rejects.toThrow(/incoming|storage|127\.0\.0\.1|fetch|S3/);
    expect((await work.read(RETRAIN_LOG)).trim().split("\n").at(-1)).toContain('"event":"failed"');
  });
});
