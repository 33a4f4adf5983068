import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DatasetError } from "@/core/errors.ts";
import { proveLoss } from "@/pipeline/monitor/loss_proof.ts";
import { panel } from "../../support/panel.ts";
import { workdir } from "../../support/workdir.ts";

describe("proveLoss()", () => {
  const shop = panel({ series: 8, length: 280 });

  it("replays the origins that three others can teach, and finds about what it expected", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "rossmann" });
    const { origins, calibration: { bands, fifths }, lead, series } = await proveLoss(context, shop, {
      model: "seasonal_naive",
      origins: 6,
    });
    expect([origins.length, series]).toEqual([7, 8]);
    expect(bands.map(({ band, origins }) => [band, origins])).toEqual([["1–7", 4]]);
    // The shop's world does not change.
    expect(bands[0]!.found / bands[0]!.expected).toBeGreaterThan(0.7);
    expect(bands[0]!.found / bands[0]!.expected).toBeLessThan(1.4);
    expect(fifths).toHaveLength(5);
    expect(fifths[4]!.expected).toBeGreaterThan(fifths[0]!.expected);
    expect(lead.map(({ excess, replays }) => [excess, replays])).toEqual([[0, 4], [0.3, 4], [0.6, 4]]);
  });

  it("says how many origins it needs", async () => {
    await using work = await workdir();
    const context = await work.context({ dataset: "rossmann" });
    const proof = proveLoss(context, shop, { model: "seasonal_naive", origins: 2 });
    await expect(proof).rejects.toThrow(DatasetError);
    await expect(proof).rejects.toThrow("needs four origins that do not overlap: 3 were forecast, 7 steps each");
  });
});
