import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { directoryStore, memoryStore } from "@/stores/mod.ts";
import { layered } from "../../tasks/support/layered_store.ts";
import { claimsIn, LEDGER, ledgerProblems } from "../../tasks/support/ledger.ts";
import { scoresTable } from "../../tasks/support/summaries.ts";

const project = directoryStore(fileURLToPath(new URL("../../", import.meta.url)));
const read = async (key: string) => new TextDecoder().decode(await project.get(key));

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

  it("leaves alone what tasks write, and numbers that measure nothing", () => {
    expect(claimsIn("<!-- x: made of y -->\n12 %\n<!-- end of x --> in 3 steps, port 8000, 2014-01-01")).toEqual([]);
  });

  it("the README's sample run has the scores of the committed metrics", async () => {
    const page = await read("README.md"), metrics = JSON.parse(await read("metrics/rossmann.json"));
    for (const line of scoresTable(metrics).split("\n").map((line) => line.trim()).filter((line) => /\d/.test(line))) {
      expect(page.replaceAll(/ +/g, " ")).toContain(line.replaceAll(/ +/g, " "));
    }
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
