import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { DatasetError } from "@/core/errors.ts";
import type { Context } from "@/pipeline/context.ts";
import { ingest, runSource } from "@/pipeline/ingest.ts";
import { keysOf } from "@/pipeline/keys.ts";
import { ingestPart } from "@/pipeline/partitions/mod.ts";
import { readRawPart } from "@/pipeline/partitions/raw_parts.ts";
import { ingestInParts } from "../support/partitioned.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

const base64 = async ({ store }: Context, key: string) => Buffer.from((await store.get(key)) ?? []).toString("base64");

describe("raw files of a part", () => {
  for (
    const [dataset, size] of [["store-item", { series: 9, steps: 400 }], ["walmart", {
      series: 9,
      steps: 143,
    }]] as const
  ) {
    it(`of ${dataset} are read in pieces, and lead to the bytes of the whole, for any number of parts`, async () => {
      await using work = await workdir();
      const source = await work.source("raw", rawFiles(dataset, size));
      const context = await work.context({ dataset, source });
      await ingest(context);
      const { panel, panelCard } = keysOf(dataset), keys = [panel, panelCard];
      const whole = await Promise.all(keys.map((key) => base64(context, key)));
      expect(whole.every((text) => text.length > 0)).toBe(true);
      for (const  of of[1, 2, 3, 8]) {
        for (const key of keys) await context.store.delete(key);
        await ingestInParts(context, of);
        expect(await Promise.all(keys.map((key) => base64(context, key)))).toEqual(whole);
      }
      const some = await readRawPart(runSource(context), context.dataset, (id) => id === "1_1");
      const rows = (await readRawPart(runSource(context), context.dataset, () => true))!.tables["train"]!.height;
      expect(some!.tables["train"]!.height).toBeLessThan(rows / 2);
    });
  }

  it("are read whole where they are packed, or end their lines as old Macs did: the same part", async () => {
    await using work = await workdir();
    const [text] = Object.values(rawFiles("store-item", { series: 6, steps: 300 }));
    const first = { index: 0, of: 2 },
      places: [string, Record<string, string | Uint8Array>][] = [
        ["plain", { "train.csv": text! }],
        ["packed", { "train.csv.gz": gzipSync(text!) }],
        ["mac", { "train.csv": text!.replaceAll("\n", "\r") }],
      ];
    const found: unknown[] = [];
    for (const [name, files] of places) {
      const context = await work.context({ dataset: "store-item", source: await work.source(name, files) });
      const { sha256, rows, facts: { known, asOf, cleaning } } = await ingestPart(context, first);
      found.push({ sha256, rows, known, asOf, cleaning });
      const inPieces = await readRawPart(runSource(context), context.dataset, () => true).catch(() => "refused");
      expect(typeof inPieces === "object").toBe(name === "plain");
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it("name the row of the file that is wrong, not that of a piece", async () => {
    await using work = await workdir();
    const [text] = Object.values(rawFiles("store-item", { series: 6, steps: 300 }));
    const lines = text!.trimEnd().split("\n");
    lines[1_500] = lines[1_500]!.replace(/,[^,]*$/, ",-5");
    const context = await work.context({
      dataset: "store-item",
      source: await work.source("bad", { "train.csv": lines.join("\n") }),
    });
    const refused = ingestPart(context, { index: 0, of: 3 });
    await expect(refused).rejects.toThrow(DatasetError);
    await expect(refused).rejects.toThrow(/row 1500, column "sales"/);
  });
});
