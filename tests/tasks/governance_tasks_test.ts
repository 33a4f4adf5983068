import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Deployment } from "@/pipeline/deploy.ts";
import { AUDIT_LOG } from "@/pipeline/audit_log.ts";
import { readDeployed } from "@/pipeline/deployed.ts";
import { verifyTrail } from "@/pipeline/audit_verify.ts";
import { errorOf, leftovers, runTask, taskDocument } from "../support/command_line.ts";
import { DATASET, type Governed, governed } from "../support/governed.ts";

describe("the tasks around a deployment", () => {
  let shop: Governed, workdir: string;
  const flags = (user: string, more: Readonly<Record<string, string>> = {}) => ({
    workdir,
    user,
    key: shop.order(user).key!,
    ...more,
  });

  before(async () => {
    shop = await governed();
    workdir = shop.context.store.location;
  });
  after(() => shop[Symbol.asyncDispose]());

  it("end with exit code 3 when somebody may not, and name user, rule and way", async () => {
    for (
      const [task, user, rule] of [["approve", "eve", "listed in approved_users.json"], ["deploy", "vera", "viewer"]]
    ) {
      const ended = await runTask(task!, { ...flags(user!), json: true });
      expect(ended.code).toBe(3);
      const { name, message } = errorOf(ended);
      expect(name).toBe("GovernanceError");
      for (const part of [user!, rule!, "the rule is", "To get approved"]) expect(message).toContain(part);
    }
    expect(await Deno.readTextFile(shop.path(AUDIT_LOG))).toContain('"user":"eve","action":"approve"');
  });

  it("end with exit code 2 when something is missing or misspelt", async () => {
    const wrong = [
      ["approve", { workdir }, "--user NAME is missing"],
      ["approve", flags("anna", { version: "9" }), "Cannot find version 9"],
      ["approve", flags("anna", { version: "one" }), "expected a whole number from 1 on"],
      ["deploy", flags("anna", { usr: "anna" }), 'Did you mean "user"?'],
      ["rollback", flags("ben"), "nothing is deployed"],
      ["restore", { workdir }, "VERSION is missing"],
      ["reproduce", { workdir }, "RUN is missing"],
      ["approver_new", { workdir }, "NAME is missing"],
      ["gate", { workdir, dataset: "walmart" }, "deno task pipeline --dataset walmart"],
    ] as const;
    for (const [task, given, words] of wrong) {
      const ended = await runTask(task, { ...given, json: true });
      expect([task, ended.code]).toEqual([task, 2]);
      expect(errorOf(ended).message).toContain(words);
    }
  });

  it("take one word without a flag where they say so, and no second one", async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "tasks/restore.ts", "1", "2", "--workdir", workdir],
    }).output();
    expect([code, new TextDecoder().decode(stdout)]).toEqual([2, ""]);
    expect(new TextDecoder().decode(stderr)).toContain('"2" is one word more than VERSION needs');
  });

  it("end with exit code 1 and every finding when the gate refuses", async () => {
    const params = join(shop.work.path, "strict.yaml");
    const fast = await Deno.readTextFile(new URL("../support/fast_params.yaml", import.meta.url));
    await Deno.writeTextFile(params, fast.replace("\ndatasets:", "\ngate: { alpha: 1.0e-12 }\ndatasets:"));
    const ended = await runTask("approve", { ...flags("anna"), json: true }, { params });
    expect(ended.code).toBe(1);
    const { name, findings } = errorOf({ ...ended, stderr: ended.stderr.split("\nseverity")[0]! });
    expect(name).toBe("GateError");
    expect(findings!.find(({ check }) => check === "better than naive: Diebold–Mariano")).toMatchObject({
      passed: false,
    });
    expect(await Deno.readTextFile(shop.path(AUDIT_LOG))).toContain("Refused version 1 of test-rossmann at the gate");
  });

  it("put one version into production, although two people start at once", async () => {
    await taskDocument("approve", flags("anna"));
    const both = await Promise.all(["anna", "ben"].map((user) => runTask("deploy", { ...flags(user), json: true })));
    const codes = both.map(({ code }) => code).sort();
    // Whoever comes while the other one works is told; who comes after that finds it done.
    expect([[0, 0], [0, 2]]).toContainEqual(codes);
    for (const ended of both.filter(({ code }) => code === 2)) {
      expect(errorOf(ended).message).toContain("another deployment of rossmann is running");
    }
    expect((await readDeployed(shop.context, DATASET)).version).toBe(1);
    expect((await verifyTrail(shop.context)).problems).toEqual([]);
    expect(await leftovers(join(workdir, "models"))).toEqual([]);
    const again = await taskDocument<Deployment>("deploy", flags("ben"));
    expect(again).toMatchObject({ version: 1, previous: null, mode: "signed" });
  });

  it("find a forged line with audit:verify", async () => {
    expect(await taskDocument("audit_verify", { workdir })).toMatchObject({ deployed: 1, problems: [] });
    const path = shop.path(AUDIT_LOG), text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"outcome":"refused"', '"outcome":"done"'));
    const ended = await runTask("audit_verify", { workdir, json: true });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toMatch(/line \d+ was edited: its hash does not match/);
    await Deno.writeTextFile(path, text);
  });
});
