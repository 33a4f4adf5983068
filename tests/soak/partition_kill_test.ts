import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { killTask, leftovers, snapshot, taskDocument } from "../support/command_line.ts";
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
      const start = performance.now();
      await taskDocument(task, { ...FLAGS, ...flags, workdir: `${calm.path}/work` });
      const wait = (0.2 + 0.7 * chance.next()) * (performance.now() - start);
      if (await killTask(task, { ...FLAGS, ...flags, workdir: `${at.path}/work` }, wait)) killed++;
      await taskDocument(task, { ...FLAGS, ...flags, workdir: `${at.path}/work` });
    }
    expect(killed).toBeGreaterThan(STEPS.length / 3);
    expect(await madeIn(`${at.path}/work`)).toEqual(await madeIn(`${calm.path}/work`));
    expect(await leftovers(`${at.path}/work`)).toEqual([]);
  });
});
