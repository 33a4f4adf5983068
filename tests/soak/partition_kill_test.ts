import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { leftovers, snapshot, startTask, taskDocument } from "../support/command_line.ts";
import { workdir } from "../support/workdir.ts";

const FLAGS = { dataset: "store-item", series: "8", steps: "400" };

/** The stages of a run in two parts, and what joins them: each is a place to die. */
const STEPS: readonly (readonly [task: string, flags: Readonly<Record<string, string>>])[] = [
  ["ingest", { partition: "1/2" }],
  ["ingest", { partition: "2/2" }],
  ["merge", { stage: "ingest", parts: "2" }],
  ...[1, 2, 3, 4].flatMap((round) =>
    [
      ["summarize", { partition: "1/2", round: `${round}` }],
      ["summarize", { partition: "2/2", round: `${round}` }],
      ["merge", { stage: "summarize", parts: "2", round: `${round}` }],
    ] as const
  ),
  ["featurize", { partition: "1/2" }],
  ["featurize", { partition: "2/2" }],
  ["merge", { stage: "featurize", parts: "2" }],
];

/** What does not tell when and where it was made. */
const madeIn = async (path: string) =>
  Object.fromEntries(
    Object.entries(await snapshot(path)).filter(([key]) => /^data\/(partitions|panel|features)\//.test(key)),
  );

describe("partitions and merges that are killed", { skip: Deno.build.os === "windows" }, () => {
  it("leave nothing half written, and the same bytes when they are run again", async () => {
    await using calm = await workdir();
    await using at = await workdir();
    const chance = random(9);
    let killed = 0;
    for (const [task, flags] of STEPS) {
      await taskDocument(task, { ...FLAGS, ...flags, workdir: `${calm.path}/work` });
      const child = startTask(task, { ...FLAGS, ...flags, workdir: `${at.path}/work` });
      const drained = [child.stdout, child.stderr].map((stream) => stream.pipeTo(new WritableStream()));
      const timer = setTimeout(() => child.kill("SIGKILL"), 300 + 900 * chance.next());
      if ((await child.status).signal === "SIGKILL") killed++;
      clearTimeout(timer);
      await Promise.all(drained);
      await taskDocument(task, { ...FLAGS, ...flags, workdir: `${at.path}/work` });
    }
    expect(killed).toBeGreaterThan(STEPS.length / 3);
    expect(await madeIn(`${at.path}/work`)).toEqual(await madeIn(`${calm.path}/work`));
    expect(await leftovers(`${at.path}/work`)).toEqual([]);
  });
});
