import { before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { rossmann } from "@/datasets/rossmann.ts";
import { CARD_PAGE, cardDocument } from "@/pipeline/card_document.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { approve } from "@/pipeline/approve.ts";
import type { ModelCard } from "@/pipeline/model_card.ts";
import { restore } from "@/pipeline/restore.ts";
import { DATASET, governed, NAME } from "../support/governed.ts";

describe("a model card", () => {
  let card: ModelCard, alone: string, deployed: string, again: string, restored: string;

  before(async () => {
    await using shop = await governed();
    const { context } = shop, { tracker, registry, profile } = context;
    const [version] = await registry.versions(NAME);
    const read = async (path: string) => new TextDecoder().decode(await tracker.artifactOf(version!.runId, path));
    alone = await read(CARD_PAGE);
    card = JSON.parse(await read("card.json"));
    again = cardDocument(card, profile, { name: NAME });
    await approve(context, shop.order("anna"));
    await deploy(context, shop.order("ben"));
    deployed = await shop.work.read(`models/${DATASET}/1/${CARD_PAGE}`);
    await restore(context, 1);
    restored = await shop.work.read(`models/${DATASET}/restored/1/${CARD_PAGE}`);
  });

  it("says as JSON what it is made from, how good it is where, and what it cannot do", () => {
    expect(card.data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(card.features.every(({ name, reach }) => name !== "" && (reach === null || reach !== undefined))).toBe(true);
    expect(card.evaluation.slices!.map(({ slice }) => slice)).toEqual(
      expect.arrayContaining(["promo = yes", "promo = no"]),
    );
    for (const { rows, champion, baseline } of card.evaluation.slices!) {
      expect(rows).toBeGreaterThanOrEqual(30);
      expect(Number.isFinite(champion) && Number.isFinite(baseline)).toBe(true);
    }
    expect(card.limits).toEqual(expect.arrayContaining([
      `Forecasts ${card.horizon} days ahead and no further`,
      expect.stringContaining(`Has learnt from ${card.series.length} series`),
      expect.stringContaining("open, promo, state_holiday, school_holiday"),
      expect.stringContaining("synthetic data"),
    ]));
  });

  it("is written again with the same bytes", () => {
    expect(again).toBe(alone);
  });

  it("says the same on its page, which opens with no network and runs no script", () => {
    for (const limit of card.limits!) expect(alone).toContain(limit);
    for (const { name } of card.features) expect(alone).toContain(name);
    for (const { slice } of card.evaluation.slices!) expect(alone).toContain(slice);
    for (const { check } of card.behaviour!) expect(alone).toContain(check);
    for (const { origin } of card.evaluation.backtest) expect(alone).toContain(origin);
    expect(alone).toContain(card.data.fingerprint);
    expect(alone).not.toMatch(/<script|src=|href="(?!data:)/);
  });

  it("tells approval and the gate's reasons once there are any", () => {
    expect(alone).toContain("Nobody has approved it");
    expect(alone).toContain("The gate has not judged it yet");
    for (const page of [deployed, restored]) {
      expect(page).toContain("anna, ");
      expect(page).toContain("signed");
      expect(page).toContain("The gate accepted it, judged against seasonal naive");
      expect(page).toContain("Diebold–Mariano");
      expect(page).toContain(`Model card: ${NAME} version 1`);
    }
  });

  it("tells approvals without a signature as such", () => {
    const statement = { action: "approve", dataset: DATASET, version: 1, user: "carl", time: "2026-11-21T10:00:00Z" };
    const evidence = { model: "", data: "", metrics: "", decision: "" };
    const approvals = [{ statement: { ...statement, ...evidence, action: "approve" as const }, signature: null }];
    expect(cardDocument(card, rossmann.profile, { name: NAME, version: 1, approvals })).toContain(
      "carl, 2026-11-21 10:00 UTC, by name, without a signature",
    );
  });
});
