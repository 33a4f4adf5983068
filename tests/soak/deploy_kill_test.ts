import { join } from "node:path";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { random } from "@/core/random.ts";
import { verifyAudit } from "@/pipeline/audit_log.ts";
import { verifyTrail } from "@/pipeline/audit_verify.ts";
import { readCurrent, readDeployed } from "@/pipeline/deployed.ts";
import { approvalsOf } from "@/pipeline/versions.ts";
import { killTask, leftovers, startTask } from "../support/command_line.ts";
import { DATASET, type Governed, governed, intoProduction, NAME } from "../support/governed.ts";
import { FAST_PARAMS } from "../support/workdir.ts";

/** Kills of approve, deploy and rollback, in turn. */
const KILLS = 90;

/** When a kill comes, in shares of the time that the same deed just took: machines differ, and most kills shall hit it. */
const MOMENTS = { first: 0.2, last: 0.95 };

describe("approve, deploy and rollback that are killed", { skip: Deno.build.os === "windows" }, () => {
  it(`at ${KILLS} random moments leave nothing half done, lose no line, and succeed when they are run again`, async () => {
    await using shop = await governed();
    await intoProduction(shop);
    await shop.train(8);
    const params = join(shop.work.path, "params.yaml");
    const text = await Deno.readTextFile(FAST_PARAMS);
    await Deno.writeTextFile(params, text.replace(/\ndatasets:/, "\ngate: { alpha: 0.5 }\ndatasets:"));
    const chance = random(3), { context } = shop;
    const took = { approve: 500, deploy: 500, rollback: 500 };
    let lines = (await verifyAudit(context.store)).lines.length, hits = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const deed = (["approve", "deploy", "rollback"] as const)[kill % 3]!;
      const moment = MOMENTS.first + chance.next() * (MOMENTS.last - MOMENTS.first);
      if (await killTask(deed, flagsOf(shop, deed), moment * took[deed], { params })) hits++;
      lines = await expectWhole(shop, lines);

      const before = await readCurrent(context.store, DATASET);
      const start = performance.now();
      const { code, stderr } = await startTask(deed, flagsOf(shop, deed), { params }).output();
      took[deed] = performance.now() - start;
      // A deed that was done just before the kill may have nothing left to do.
      const done = code === 0 || (deed === "rollback" && before?.version === 1);
      if (!done && !(deed === "approve" && before?.version === 2)) {
        throw new Error(`${deed} after a kill: exit ${code}, ${new TextDecoder().decode(stderr)}`);
      }
      lines = await expectWhole(shop, lines);
      const now = await readCurrent(context.store, DATASET);
      expect(now?.version).toBe(deed === "deploy" ? 2 : 1);
      expect((await verifyTrail(context)).problems).toEqual([]);
    }
    expect(hits).toBeGreaterThan(KILLS / 2);
    expect(await leftovers(join(context.store.location, "models"))).toEqual([]);
  });
});

function flagsOf({ work, order }: Governed, deed: "approve" | "deploy" | "rollback"): Record<string, string> {
  const { user, key } = order(deed === "approve" ? "anna" : "ben");
  const version = deed === "rollback" ? {} : { version: "2" };
  return { dataset: DATASET, workdir: join(work.path, "work"), user, key: key!, ...version };
}

/** What is in production is whole, no line is lost, and what counts is in the log; returns the number of lines. */
async function expectWhole({ context }: Governed, atLeast: number): Promise<number> {
  const { lines, problems } = await verifyAudit(context.store);
  expect(problems).toEqual([]);
  expect(lines.length).toBeGreaterThanOrEqual(atLeast);
  const { version, current } = await readDeployed(context, DATASET);
  const told = lines.some((line) =>
    line.outcome === "done" && line.version === version &&
    (line.facts?.["statement"] as { time?: string } | undefined)?.time === current.time
  );
  expect(told).toBe(true);
  for (const own of await context.registry.versions(NAME)) {
    for (const { statement, signature } of approvalsOf(own)) {
      expect(lines.some(({ facts }) => facts?.["signature"] === signature)).toBe(true);
      expect(statement.version).toBe(own.version);
    }
  }
  return lines.length;
}
