import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { injections } from "@/pipeline/monitor/injections.ts";
import { prove } from "@/pipeline/monitor/proof.ts";
import { resampleAlarms } from "@/pipeline/monitor/resamples.ts";
import { panel } from "../../support/panel.ts";
import { workdir } from "../../support/workdir.ts";

describe("prove()", () => {
  it("finds every change within two weeks, and calls for no training where nothing has changed", async () => {
    await using work = await workdir();
    const shop = panel({ series: 12, length: 980, start: "2012-12-31" });
    const proof = await prove(await work.context({ dataset: "rossmann" }), shop, {
      checks: 5,
      every: 14,
      begins: 1,
      within: 14,
    });
    expect(proof.injections.map(({ name }) => name)).toEqual(injections.map(({ name }) => name));
    expect(proof.injections.filter(({ found }) => found === 0)).toEqual([]);
    expect(proof.due).toBe(0);
    expect(proof.aware).toBeLessThanOrEqual(proof.plain);
  });
});

describe("resampleAlarms()", () => {
  it("counts few false alarms of the steady preset at every size of the window", () => {
    const shop = panel({ series: 20, length: 400 });
    for (const { flagged, columns } of resampleAlarms(shop, { sizes: [50, 200, 1000], tables: 20, seed: 1 })) {
      expect(columns).toBe(5);
      expect(flagged["steady"]!).toBeLessThanOrEqual(0.02);
      expect(flagged["evidently"]!).toBeLessThan(0.15);
    }
  });
});
