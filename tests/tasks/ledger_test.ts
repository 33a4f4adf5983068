import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { directoryStore, memoryStore } from "@/stores/mod.ts";
import { layered } from "../../tasks/support/layered_store.ts";
import { claimsIn, LEDGER, ledgerProblems, readLedger } from "../../tasks/support/ledger.ts";
import { tellNumbers } from "../../tasks/support/told_numbers.ts";

const project = directoryStore(fileURLToPath(new URL("../../", import.meta.url)));

describe("the ledger of claims", () => {
  it("knows every number of the README, and what it rests on", async () => {
    expect(await ledgerProblems(project, ["README.md"])).toEqual([]);
  });

  it("finds a number that somebody typed, one that is gone, and a limit that changed", async () => {
    const store = memoryStore();
    await store.put("a.md", "It takes 3 ms, at most 10 %.");
    const limit = { says: ["10 %"], kind: "limit", from: "params.yaml", text: "most: 0.1" };
    await store.put("params.yaml", "most: 0.1\n");
    await store.put(LEDGER, JSON.stringify({ "a.md": [limit] }));
    const problems = async () => (await ledgerProblems(store, ["a.md"])).map(({ problem }) => problem);
    expect(await problems()).toEqual([expect.stringContaining('"3 ms" rests on no record')]);
    await store.put("a.md", "It takes little.");
    expect(await problems()).toEqual([expect.stringContaining('"10 %" is in docs/claims.json and not in the page')]);
    await store.put("a.md", "At most 10 %.");
    expect(await problems()).toEqual([]);
    await store.put("params.yaml", "most: 0.2\n");
    expect(await problems()).toEqual([expect.stringContaining('does not say "most: 0.1" any more')]);
  });

  it("takes nobody's word: what rests on neither record nor limit has to be made up, and say why", async () => {
    const store = memoryStore();
    await store.put("a.md", "| size |\n| ---- |\n| 505 |\n");
    const problems = async (claim: unknown) => {
      await store.put(LEDGER, JSON.stringify({ "a.md": [claim] }));
      return (await ledgerProblems(store, ["a.md"])).map(({ problem }) => problem);
    };
    expect(await problems({ says: ["505"], kind: "note", why: "Measured once." })).toEqual([
      expect.stringContaining('505: entered as "note" without a reason'),
    ]);
    expect(await problems({ says: ["505"], kind: "example" })).toHaveLength(1);
    expect(await problems({ says: ["505"], kind: "example", why: "A made-up image." })).toEqual([]);
  });

  it("leaves alone what tasks write, and numbers that measure nothing", () => {
    expect(claimsIn("<!-- x: made of y -->\n12 %\n<!-- end of x --> in 3 steps, port 8000, 2014-01-01")).toEqual([]);
  });

  it("reads a block of text, which shows results, and no code", () => {
    expect(claimsIn("```sh\nsleep 5 s\n```\n\n```text\nit took 7 ms\n```\n")).toEqual(["7 ms"]);
  });

  it("writes a number within a sentence from its record, wherever the line breaks", async () => {
    const store = memoryStore();
    const claim = { says: ["misses by # more"], kind: "record", from: "r.json", value: "new / old - 1", as: "0.1 %" };
    await store.put("r.json", JSON.stringify({ new: 12, old: 10 }));
    await store.put("a.md", "The old one\nmisses by\n7.1\n% more.");
    await store.put(LEDGER, JSON.stringify({ "a.md": [claim] }));
    const text = async () => new TextDecoder().decode(await store.get("a.md"));
    expect((await ledgerProblems(store, ["a.md"])).map(({ problem }) => problem)).toEqual([
      expect.stringContaining('"7.1 %" rests on no record'),
      expect.stringContaining('"20.0 %" is in docs/claims.json and not in the page'),
    ]);
    expect(await tellNumbers(store, await readLedger(store))).toBe(1);
    expect(await text()).toBe("The old one\nmisses by\n20.0 % more.");
    expect(await ledgerProblems(store, ["a.md"])).toEqual([]);
    await store.put("a.md", "It misses by 20.0 % more, and misses by 20.0 % more.");
    await expect(tellNumbers(store, await readLedger(store))).rejects.toThrow("there 2 times, not once");
  });

  it("says which record lacks what", async () => {
    const store = memoryStore();
    await store.put("a.md", "It is 3 ms.");
    const claim = { says: ["It is #."], kind: "record", from: "r.json", value: "stages[name=read].cpu", as: "1 ms" };
    await store.put(LEDGER, JSON.stringify({ "a.md": [claim] }));
    await expect(tellNumbers(store, await readLedger(store))).rejects.toThrow("there is no r.json");
    await store.put("r.json", JSON.stringify({ stages: [{ name: "write", cpu: 3 }] }));
    await expect(tellNumbers(store, await readLedger(store))).rejects.toThrow(
      'Cannot tell "stages[name=read].cpu": the record has no number or text there',
    );
  });
});

describe("layered()", () => {
  it("keeps what is written to itself, and tells what differs", async () => {
    const below = memoryStore();
    await below.put("a", "1");
    await below.put("b", "2");
    const above = layered(below);
    await above.put("a", "1");
    await above.put("b", "3");
    expect(await above.changed()).toEqual(["b"]);
    expect(new TextDecoder().decode(await below.get("b"))).toBe("2");
  });
});
