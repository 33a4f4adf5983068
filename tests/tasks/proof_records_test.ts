import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { directoryStore } from "@/stores/mod.ts";
import { keepProof, type KeptProof, proofMadeOf, tellProofs } from "../../tasks/support/proof_records.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url)), PAGE = "docs/monitoring.md";

describe("docs/monitoring.md", () => {
  it("says what its records say, and nothing else", async () => {
    const folder = await Deno.makeTempDir(), copy = directoryStore(folder);
    const page = await Deno.readTextFile(join(PROJECT, PAGE));
    await copy.put(PAGE, page);
    for (const { name } of Deno.readDirSync(join(PROJECT, "docs/proofs"))) {
      await copy.put(`docs/proofs/${name}`, await Deno.readFile(join(PROJECT, "docs/proofs", name)));
    }
    expect(await tellProofs(copy)).toBeGreaterThan(0);
    expect(await Deno.readTextFile(join(folder, PAGE))).toBe(page);
    // A number that somebody changed by hand is noticed.
    await copy.put(PAGE, page.replace("(0 %)", "(1 %)"));
    await tellProofs(copy);
    expect(await Deno.readTextFile(join(folder, PAGE))).toBe(page);
    // And so is a record that says something else.
    const [first] = [...Deno.readDirSync(join(folder, "docs/proofs"))];
    const record = JSON.parse(await Deno.readTextFile(join(folder, "docs/proofs", first!.name))) as KeptProof;
    await keepProof(copy, first!.name.replace(".json", ""), { ...record, series: record.series + 1 });
    await tellProofs(copy);
    expect(await Deno.readTextFile(join(folder, PAGE))).not.toBe(page);
    await Deno.remove(folder, { recursive: true });
  });

  it("rests on records that name their code and day, and no folder of a machine", async () => {
    const now = Temporal.Instant.from("2015-08-01T06:00:00Z"), project = directoryStore(PROJECT);
    const made = await proofMadeOf(project, { source: "/home/ann/rossmann", now });
    expect(made).toEqual({
      source: "competition data",
      code: expect.stringMatching(/^[0-9a-f]{16}$/),
      day: "2015-08-01",
    });
    expect((await proofMadeOf(project, { source: "synthetic (60 series, seed 1)", now })).source).toBe("synthetic");
  });
});
