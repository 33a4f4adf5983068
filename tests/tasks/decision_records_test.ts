import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { fileURLToPath } from "node:url";
import { directoryStore, memoryStore } from "@/stores/mod.ts";
import { decisionTables, keepDecisions, readDecisions, tellDecisions } from "../../tasks/support/decision_records.ts";

const project = directoryStore(fileURLToPath(new URL("../../", import.meta.url)));

const records = await readDecisions(project);

describe("the studies in docs/decisions", () => {
  it("are what docs/decisions.md tells", async () => {
    expect(records.map(({ dataset }) => dataset)).toEqual(["rossmann", "store-item", "walmart"]);
    const page = new TextDecoder().decode(await project.get("docs/decisions.md"));
    expect(page).toContain(decisionTables(records));
  });

  for (const { dataset, cost, hierarchy } of records) {
    it(`${dataset}: orders by our intervals cost less than orders by naive ones`, () => {
      const of = (way: string) => cost.ways.find((own) => own.way === way)!.mean;
      expect(of("interval")).toBeLessThan(of("naive interval"));
      expect(of("interval")).toBeLessThan(of("forecast"));
    });

    it(`${dataset}: the best way of adding up makes no level worse by more than 1 %`, () => {
      const { levels, best } = hierarchy!;
      for (const { errors } of levels) expect(errors[best]! / errors.base!).toBeLessThanOrEqual(1.01);
    });

    it(`${dataset}: nor does the way that was best in the windows before, and it makes most levels better`, () => {
      const ratios = hierarchy!.levels.map(({ errors }) => errors.chosen! / errors.base!);
      expect(Math.max(...ratios)).toBeLessThanOrEqual(1.01);
      expect(ratios.filter((ratio) => ratio < 1).length).toBeGreaterThan(ratios.length / 2);
    });
  }

  it("show most levels better by one and the same way, WLS by the errors' variance, and none worse by more than 1 %", () => {
    for (const { hierarchy } of records) {
      const ratios = hierarchy!.levels.map(({ errors }) => errors.wls_var! / errors.base!);
      expect(Math.max(...ratios)).toBeLessThanOrEqual(1.01);
      expect(ratios.filter((ratio) => ratio < 1).length).toBeGreaterThan(ratios.length / 2);
    }
  });
});

describe("keepDecisions()", () => {
  it("keeps no series and no place of this machine, and refuses an odd name", async () => {
    const store = memoryStore();
    const [first] = records;
    const whole = {
      ...first!,
      source: "/home/somebody/rossmann",
      cost: { ...first!.cost, byStore: { stores: ["1"], weeks: [], cost: [[]] }, costliest: [] },
      hierarchy: { ...first!.hierarchy!, tree: [{ node: "total", parent: null, base: 1, reconciled: 1, sold: 1 }] },
    };
    await keepDecisions(store, "rossmann", whole);
    const kept = new TextDecoder().decode(await store.get("docs/decisions/rossmann.json"));
    for (const word of ["somebody", "byStore", "costliest", "tree"]) expect(kept).not.toContain(word);
    await expect(keepDecisions(store, "../evil", whole)).rejects.toThrow("small letters");
    await expect(tellDecisions(store)).rejects.toThrow("markers");
  });
});
