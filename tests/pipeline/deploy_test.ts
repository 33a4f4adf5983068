import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { GateError, GovernanceError, ModelUnavailableError, ParamsError, StoreError } from "@/core/errors.ts";
import { random } from "@/core/random.ts";
import { approve } from "@/pipeline/approve.ts";
import { newApprover, sealUsers } from "@/pipeline/approver_new.ts";
import { AUDIT_LOG, verifyAudit } from "@/pipeline/audit_log.ts";
import { verifyTrail } from "@/pipeline/audit_verify.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { loadDeployed, readCurrent, readDeployed } from "@/pipeline/deployed.ts";
import { gate } from "@/pipeline/gate.ts";
import { rollback } from "@/pipeline/rollback.ts";
import { decisionOf } from "@/pipeline/versions.ts";
import { isUnfinished } from "@/stores/mod.ts";
import { DATASET, type Governed, governed, intoProduction, NAME } from "../support/governed.ts";

const events = async ({ context }: Governed) =>
  (await verifyAudit(context.store)).lines.map(({ user, action, outcome, version }) =>
    `${user} ${action} ${version ?? ""} ${outcome}`.replace("  ", " ")
  );
const stages = async ({ context }: Governed) => (await context.registry.versions(NAME)).map(({ stage }) => stage);

describe("approve(), deploy() and rollback()", () => {
  it("lead from Staging to Production and back, and leave a line for every step", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await expect(readDeployed(context, DATASET)).rejects.toThrow(ModelUnavailableError);

    const approved = await approve(context, order("anna"));
    expect(approved).toMatchObject({ approvers: ["anna"], missing: 0, mode: "signed", decision: { accepted: true } });
    expect(await readCurrent(context.store, DATASET)).toBeUndefined();
    expect(await deploy(context, order("ben"))).toMatchObject({ version: 1, previous: null, approvers: ["anna"] });

    const first = await loadDeployed(context, DATASET);
    using _model = first.model;
    expect(first).toMatchObject({ version: 1, dataset: DATASET, card: { champion: "lightgbm" } });
    expect(Object.keys(first.files)).not.toContain("card.json");
    expect(JSON.parse(await shop.work.read(`models/${DATASET}/metrics.json`))).toMatchObject({
      version: 1,
      champion: "lightgbm",
      metric: "rmspe",
      by: "ben",
    });

    await shop.train(8);
    await intoProduction(shop);
    expect(await stages(shop)).toEqual(["Archived", "Production"]);
    expect((await context.registry.byAlias(NAME, "champion"))?.version).toBe(2);
    expect((await readDeployed(context, DATASET)).approval.decision).toMatchObject({ champion: 1, accepted: true });

    expect(await rollback(context, order("ben"))).toEqual({ dataset: DATASET, from: 2, to: 1 });
    expect((await readDeployed(context, DATASET)).version).toBe(1);
    expect(await stages(shop)).toEqual(["Production", "Archived"]);
    await expect(rollback(context, order("ben"))).rejects.toThrow("version 1 is the only one");

    expect((await events(shop)).slice(4)).toEqual([
      "anna approve 1 done",
      "ben deploy 1 done",
      "anna approve 2 done",
      "ben deploy 2 done",
      "ben rollback 1 done",
    ]);
    expect(await verifyTrail(context)).toEqual({ lines: 9, deployed: 1, problems: [] });
  });

  it("refuse who is not listed, has the wrong role, or somebody else's key: told and written down", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await expect(approve(context, order("eve"))).rejects.toThrow("eve is not");
    await expect(approve(context, order("ben"))).rejects.toThrow("ben is a deployer");
    await expect(deploy(context, order("ben"))).rejects.toThrow("it was never judged");
    await expect(approve(context, { ...order("anna"), key: order("ada").key! })).rejects.toThrow("somebody else");
    await gate(context);
    await expect(deploy(context, order("ben"))).rejects.toThrow("nobody has approved it");
    await approve(context, order("anna"));
    await expect(deploy(context, order("vera"))).rejects.toThrow("vera is a viewer");
    await expect(rollback(context, order("vera"))).rejects.toThrow("vera is a viewer");
    expect((await events(shop)).slice(4)).toEqual([
      "eve approve refused",
      "ben approve refused",
      "ben deploy refused",
      "anna approve refused",
      "ben deploy refused",
      "anna approve 1 done",
      "vera deploy refused",
      "vera rollback refused",
    ]);
    expect(await readCurrent(context.store, DATASET)).toBeUndefined();
  });

  it("let no version jump the gate: not by its stage, not by a tag, not after the champion changed", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await context.registry.transition(NAME, 1, "Production");
    await expect(deploy(context, order("ben", 1))).rejects.toThrow("it was never judged");
    await context.registry.tag(NAME, 1, { "shelfcast.gate": '{"accepted":true}' });
    await expect(deploy(context, order("ben", 1))).rejects.toThrow("nobody has approved it");
    await intoProduction(shop, 1);

    // Judged against version 1, while version 3 gets into production in between.
    const second = await shop.train(8), third = await shop.train(25);
    await approve(context, order("anna", second));
    await intoProduction(shop, third);
    await expect(deploy(context, order("ben", second))).rejects.toThrow(/judged against version 1, while version 3/);
    // Judged again, it is no longer the better one.
    await expect(approve(context, order("anna", second))).rejects.toThrow(GateError);
    const versions = await context.registry.versions(NAME);
    expect(decisionOf(versions[second - 1]!)?.reasons[0]).toMatch(/better than the champion/);
    await expect(deploy(context, order("ben", second))).rejects.toThrow("it was refused");
    await expect(approve(context, order("anna", third))).rejects.toThrow("another version than the one in production");
  });

  it("want two different approvers where the list says so", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await shop.changeUsers(() => ({ twoPersons: true }));
    expect(await approve(context, order("anna"))).toMatchObject({ approvers: ["anna"], missing: 1 });
    expect(await approve(context, order("anna"))).toMatchObject({ approvers: ["anna"], missing: 1 });
    await expect(deploy(context, order("ben"))).rejects.toThrow("only anna has");
    expect(await approve(context, order("ada"))).toMatchObject({ approvers: ["ada", "anna"], missing: 0 });
    expect((await deploy(context, order("ben"))).approvers).toEqual(["ada", "anna"]);
    await shop.changeUsers(({ users }) => ({ users: users.filter(({ name }) => name !== "ada") }));
    await expect(readDeployed(context, DATASET)).rejects.toThrow("ada is not");
  });

  it("work without keys in allow-list mode, which says that it is one", async () => {
    await using shop = await governed();
    const { context } = shop;
    await shop.changeUsers(() => ({ mode: "allow-list", users: [{ name: "carl", role: "approver" }] }));
    expect(await approve(context, { user: "carl" })).toMatchObject({ mode: "allow-list", signed: { signature: null } });
    expect(await deploy(context, { user: "carl" })).toMatchObject({ mode: "allow-list", version: 1 });
    expect((await readDeployed(context, DATASET)).approval.mode).toBe("allow-list");
    await expect(deploy(context, { user: "eve" })).rejects.toThrow("eve is not");
    // What was never signed counts for nothing once signatures are asked for.
    const key =
      (await newApprover(context, "carl", "approver", { file: join(shop.work.path, "keys", "carl.pem") })).file;
    await shop.changeUsers(() => ({ mode: "signed" }));
    await expect(readDeployed(context, DATASET)).rejects.toThrow("is not signed");
    await approve(context, { user: "carl", key }).catch(() => {});
  });

  it("can be run again: the same version is deployed once more, and nothing piles up", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await intoProduction(shop);
    expect(await deploy(context, order("ben"))).toMatchObject({ version: 1, previous: null });
    expect((await readCurrent(context.store, DATASET))?.before).toEqual([]);
    // A damaged bundle is mended by deploying it again.
    await Deno.writeTextFile(shop.path(`models/${DATASET}/1/model.txt`), "broken");
    await expect(readDeployed(context, DATASET)).rejects.toThrow("model.txt");
    await deploy(context, order("ben"));
    expect((await readDeployed(context, DATASET)).version).toBe(1);
  });

  it("finish what a rollback left behind that was killed as soon as current had moved", async () => {
    await using shop = await governed();
    const { context, order } = shop, metrics = `models/${DATASET}/metrics.json`;
    await intoProduction(shop);
    await shop.train(8);
    await intoProduction(shop);
    const before = await shop.work.read(metrics);
    await rollback(context, order("ben"));
    const right = await shop.work.read(metrics);
    await Deno.writeTextFile(shop.path(metrics), before);
    await context.registry.transition(NAME, 2, "Production", { archive: true });
    await context.registry.alias(NAME, "champion", 2);
    expect((await verifyTrail(context)).problems).toHaveLength(1);

    await expect(rollback(context, order("ben"))).rejects.toThrow("version 1 is the only one");
    expect(await shop.work.read(metrics)).toBe(right);
    expect((await verifyTrail(context)).problems).toEqual([]);
    expect(await stages(shop)).toEqual(["Production", "Archived"]);
    expect((await context.registry.byAlias(NAME, "champion"))?.version).toBe(1);
  });

  it("keep as many old bundles as params say", async () => {
    await using shop = await governed();
    const context = { ...shop.context, params: { ...shop.context.params, governance: { keep: 1 } } };
    for (const rounds of [8, 25]) {
      await intoProduction({ ...shop, context });
      await shop.train(rounds);
    }
    await approve(context, shop.order("anna", 3));
    expect(await deploy(context, shop.order("ben", 3))).toMatchObject({ version: 3, previous: 2, removed: [1] });
    const folders = Array.from(Deno.readDirSync(shop.path(`models/${DATASET}`))).filter((at) => at.isDirectory);
    expect(folders.map(({ name }) => name).sort()).toEqual(["2", "3"]);
    expect((await rollback(context, shop.order("ben"))).to).toBe(2);
  });

  it("tell the second of two deployments at once, and leave a whole one", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await approve(context, order("anna"));
    const both = await Promise.allSettled([deploy(context, order("ben")), deploy(context, order("anna"))]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { reason } = both.find((one) => one.status === "rejected") as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(StoreError);
    expect(reason.message).toContain("another deployment of rossmann is running");
    expect((await readDeployed(context, DATASET)).version).toBe(1);
    expect((await verifyTrail(context)).problems).toEqual([]);
  });

  it("say what is there when a version is asked for that is not", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await expect(approve(context, order("anna", 9))).rejects.toThrow(
      "Cannot find version 9 of test-rossmann: there are 1",
    );
    await expect(deploy(context, order("ben", 9))).rejects.toThrow("there are 1");
    await using empty = await (await import("../support/workdir.ts")).workdir();
    const nothing = await empty.context();
    await shop.context.store.get("approved_users.json")
      .then((bytes) => nothing.store.put("approved_users.json", bytes!));
    await expect(approve(nothing, order("anna"))).rejects.toThrow("deno task pipeline --dataset rossmann");
  });

  it("change nothing when the disk refuses", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await approve(context, order("anna"));
    // A file where the folder of bundles belongs refuses everybody, root too.
    await Deno.writeTextFile(shop.path(`models/${DATASET}`), "in the way");
    await expect(deploy(context, order("ben"))).rejects.toThrow(StoreError);
    await Deno.remove(shop.path(`models/${DATASET}`));
    expect(await stages(shop)).toEqual(["Staging"]);
    expect((await deploy(context, order("ben"))).version).toBe(1);
  });
});

describe("the audit log", () => {
  it("stops approvals and deployments once somebody has edited, dropped or moved a line", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await intoProduction(shop);
    const path = shop.path(AUDIT_LOG), text = await Deno.readTextFile(path);
    const lines = text.trimEnd().split("\n");
    const forgeries = {
      "line 5": text.replace('"user":"anna","action":"approve"', '"user":"ada","action":"approve"'),
      "line 2": lines.toSpliced(1, 1).join("\n") + "\n",
      "line 3": lines.with(2, lines[3]!).with(3, lines[2]!).join("\n") + "\n",
      "line 6": lines.slice(0, -1).join("\n") + "\n",
    };
    for (const [where, forged] of Object.entries(forgeries)) {
      await Deno.writeTextFile(path, forged);
      for (const deed of [approve, deploy, rollback]) {
        await expect(deed(context, order("anna"))).rejects.toThrow(where);
      }
      expect((await verifyTrail(context)).problems[0]).toContain(where);
      // Nothing is added on top of it.
      expect(await Deno.readTextFile(path)).toBe(forged);
    }
    await Deno.writeTextFile(path, text);
    expect((await verifyTrail(context)).problems).toEqual([]);
    await Deno.remove(path);
    await Deno.remove(shop.path("models/audit.head.json"));
    expect((await verifyTrail(context)).problems).toEqual([
      "version 1 of rossmann is in production, and no line tells of it",
    ]);
  });

  it("cuts off what a killed writer left unfinished, and loses no line of many writers", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await Deno.writeTextFile(shop.path(AUDIT_LOG), '{"seq":5,"time":', { append: true });
    const refused = Array.from({ length: 12 }, () => approve(context, order("eve")).catch((error) => error.name));
    expect(new Set(await Promise.all(refused))).toEqual(new Set(["GovernanceError"]));
    expect((await events(shop)).filter((event) => event === "eve approve refused")).toHaveLength(12);
    expect((await verifyTrail(context)).problems).toEqual([]);
  });
});

describe("newApprover()", () => {
  it("keeps the private key outside the project, readable by its owner alone", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    const { mode } = await Deno.stat(order("anna").key!);
    if (Deno.build.os !== "windows") expect((mode! & 0o777).toString(8)).toBe("600");
    const inside = { file: shop.path("keys/zoe.pem") };
    await expect(newApprover(context, "zoe", "viewer", inside)).rejects.toThrow(ParamsError);
    await expect(newApprover(context, "zoe", "viewer", { file: order("anna").key! })).rejects.toThrow(
      "a file is there",
    );
    await expect(newApprover(context, "Zoë", "viewer")).rejects.toThrow(ParamsError);
  });

  it("makes a key that others may read worthless", { skip: Deno.build.os === "windows" }, async () => {
    await using shop = await governed();
    const { context, order } = shop;
    await Deno.chmod(order("anna").key!, 0o640);
    await expect(approve(context, order("anna"))).rejects.toThrow("chmod 600");
  });

  it("seals a reviewed change, and keeps who is listed in the log", async () => {
    await using shop = await governed();
    const { context, order } = shop;
    const text = await shop.work.read("approved_users.json");
    await context.store.put(
      "approved_users.json",
      text.replace('"vera", "role": "viewer"', '"vera", "role": "approver"'),
    );
    await expect(approve(context, order("vera"))).rejects.toThrow("changed after it was sealed");
    await sealUsers(context, "anna");
    expect((await approve(context, order("vera"))).approvers).toEqual(["vera"]);
    expect((await events(shop)).at(-2)).toBe("anna approver:seal done");
  });
});

describe("500 random corruptions", () => {
  let shop: Governed;
  before(async () => {
    shop = await governed();
    await intoProduction(shop);
    await shop.train(8);
    await intoProduction(shop);
  });
  after(() => shop[Symbol.asyncDispose]());

  it("of the deployed files are refused every time with a reason, before a native library sees them", async () => {
    const { context } = shop, chance = random(7);
    const folder = shop.path(`models/${DATASET}/2`);
    const files = [
      ...Array.from(Deno.readDirSync(folder), ({ name }) => join(folder, name)),
      shop.path(`models/${DATASET}/current`),
      shop.path("approved_users.json"),
    ];
    expect(files.length).toBeGreaterThan(8);
    const refusals = new Map<string, number>();
    for (let round = 0; round < 500; round++) {
      const file = files[round % files.length]!;
      await whileDamaged(file, chance, async () => {
        const refused = await loadDeployed(context, DATASET).then(
          ({ model }) => (model[Symbol.dispose](), undefined),
          (error) => error,
        );
        if (!(refused instanceof ModelUnavailableError || refused instanceof GovernanceError)) {
          throw new Error(`${file} was damaged, and the answer was: ${refused?.stack ?? "a model"}`);
        }
        expect(refused.message).toMatch(/^(Cannot|Refused) .{20,}/);
        refusals.set(refused.name, (refusals.get(refused.name) ?? 0) + 1);
      });
    }
    expect([...refusals.values()].reduce((sum, count) => sum + count, 0)).toBe(500);
    const { model } = await loadDeployed(context, DATASET);
    model[Symbol.dispose]();
  });

  it("of the audit log and the published metrics are found by audit:verify", async () => {
    const { context } = shop, chance = random(8);
    const files = [AUDIT_LOG, "models/audit.head.json", `models/${DATASET}/metrics.json`].map(shop.path);
    for (let round = 0; round < 90; round++) {
      await whileDamaged(files[round % files.length]!, chance, async () => {
        expect((await verifyTrail(context)).problems.length).toBeGreaterThan(0);
      });
    }
    expect((await verifyTrail(context)).problems).toEqual([]);
  });

  it("of the registered version are refused by deploy", async () => {
    const { context, order } = shop, chance = random(9);
    await rollback(context, order("ben"));
    const [, second] = await context.registry.versions(NAME);
    const files: string[] = [];
    const walk = (at: string) => {
      for (const { name, isDirectory } of Deno.readDirSync(at)) {
        if (isDirectory) walk(join(at, name));
        else if (!isUnfinished(name) && /(model\.txt|card\.json|checksums\.json|MLmodel)$/.test(name)) {
          files.push(join(at, name));
        }
      }
    };
    walk(shop.path("mlruns"));
    const bytes = await context.registry.files(second!);
    const own = files.filter((file) => {
      const name = Object.keys(bytes).find((name) => file.endsWith(`/${name}`));
      return name !== undefined && String(Deno.readFileSync(file)) === String(bytes[name]);
    });
    expect(own.length).toBeGreaterThan(3);
    let refused = 0;
    for (let round = 0; round < 24; round++) {
      await whileDamaged(own[round % own.length]!, chance, async () => {
        await deploy(context, order("ben", 2)).catch((error) => {
          expect(error.name).toMatch(/^(ModelUnavailableError|GovernanceError)$/);
          refused++;
        });
      });
      // A copy that the registry does not hand out may be damaged: what was deployed is what was approved all the same.
      expect(["1", "2"]).toContain(String((await readDeployed(context, DATASET)).version));
      if ((await readCurrent(context.store, DATASET))?.version === 2) await rollback(context, order("ben"));
    }
    expect(refused).toBeGreaterThan(5);
  });
});

/** Changes one random byte of a file while work is done. */
async function whileDamaged(file: string, chance: ReturnType<typeof random>, work: () => Promise<void>): Promise<void> {
  const whole = await Deno.readFile(file), damaged = whole.slice();
  const at = Math.floor(chance.next() * damaged.length);
  damaged[at]! ^= 1 + Math.floor(chance.next() * 255);
  await Deno.writeFile(file, damaged);
  try {
    await work();
  } finally {
    await Deno.writeFile(file, whole);
  }
}
