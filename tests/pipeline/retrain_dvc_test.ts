import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { retrain, RETRAIN_LOG } from "@/pipeline/retrain/retrain.ts";
import { withNewestData } from "@/pipeline/retrain/newest_data.ts";
import { dvcAdd, dvcPush, openDvc, openRemote } from "@/stores/mod.ts";
import { rawFiles, type Workdir, workdir } from "../support/workdir.ts";

/** A project whose source is kept by DVC in a remote folder, in two versions; at hand is what the older one says. */
async function kept(work: Workdir) {
  const root = join(work.path, "work"), source = join(root, "incoming"), note = join(root, "incoming.dvc");
  const write = async (steps: number) => {
    for (const [name, text] of Object.entries(rawFiles("rossmann", { steps }))) {
      await Deno.mkdir(source, { recursive: true });
      // DVC writes what it keeps read-only.
      await Deno.remove(join(source, name)).catch(() => {});
      await Deno.writeTextFile(join(source, name), text);
    }
  };
  await Deno.mkdir(join(root, ".dvc"), { recursive: true });
  const remote = join(work.path, "remote");
  await Deno.writeTextFile(
    join(root, ".dvc/config"),
    `[core]\n    no_scm = True\n    remote = storage\n['remote "storage"']\n    url = ${remote}\n`,
  );
  const notes: string[] = [];
  for (const steps of [300, 360]) {
    await write(steps);
    const project = await openDvc(root);
    await dvcAdd(project, "incoming");
    await dvcPush(project, openRemote(project, undefined, () => undefined));
    notes.push(await Deno.readTextFile(note));
  }
  // A machine that has only the older data, and of the newer what git tells: the note.
  await Deno.remove(join(root, ".dvc/cache"), { recursive: true });
  await write(300);
  await Deno.writeTextFile(note, notes[1]!);
  return { source, note, notes };
}

describe("retrain() where DVC keeps the source", () => {
  it("trains on what the remote has, not on what is at hand", async () => {
    await using work = await workdir();
    const { source } = await kept(work);
    const own = { source, horizon: 14, windows: 1, models: ["seasonal_naive", "lightgbm"] };
    const context = await work.context(own);
    // What is at hand is in no cache: it would be lost.
    await expect(retrain(context, { force: true })).rejects.toThrow("nowhere else");
    expect((await work.read(RETRAIN_LOG)).trim().split("\n").length).toBe(1);
    await Deno.remove(source, { recursive: true });

    const done = await retrain(context, { force: true });
    expect(done).toMatchObject({ outcome: expect.stringMatching(/waiting|kept/), asOf: "2013-12-27" });
    // The refused try has brought them into the cache: three files and their list.
    expect(done.pulled).toEqual({ folder: "incoming", remote: join(work.path, "remote"), copied: 0, had: 4 });
    expect(await work.read(RETRAIN_LOG)).toContain('"pulled":{"folder":"incoming"');
    // A machine with neither cache nor data gets all of it.
    for (const gone of [source, join(source, "../.dvc/cache")]) await Deno.remove(gone, { recursive: true });
    expect((await withNewestData(context)).pulled).toMatchObject({ copied: 4, had: 0 });
  });

  it("pulls nothing where DVC keeps another folder, or has no remote", async () => {
    await using work = await workdir();
    const { note } = await kept(work);
    const context = await work.context({ source: await work.source("other", rawFiles("rossmann")) });
    expect(await withNewestData(context)).toEqual({ context });
    await Deno.writeTextFile(join(work.path, "work/.dvc/config"), "[core]\n    no_scm = True\n");
    const same = await work.context({ source: note.replace(/\.dvc$/, "") });
    expect(await withNewestData(same)).toEqual({ context: same });
  });
});
