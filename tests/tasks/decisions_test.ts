import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { errorOf, runTask } from "../support/command_line.ts";
import { FAST_PARAMS, workdir } from "../support/workdir.ts";

describe("deno task decisions refuses, with exit code 2 and a sentence,", () => {
  const TABLES: readonly (readonly [what: string, csv: string, says: string])[] = [
    ["an orphan", "node,parent\ntotal,\nnorth,total\n1,nowhere\n", 'link 3: the parent "nowhere" of "1" is no node'],
    ["a cycle", "node,parent\ntotal,\na,b\nb,a\n", '"a" is a part of "b" is a part of "a", a cycle'],
    [
      "a table of other columns",
      "store,region\n1,north\n",
      "must have the columns node and parent: found store, region",
    ],
  ];
  for (const [what, csv, says] of TABLES) {
    it(`${what} in a hierarchy`, async () => {
      await using at = await workdir();
      await Deno.writeTextFile(`${at.path}/tree.csv`, csv);
      const ended = await runTask("decisions", {
        workdir: `${at.path}/work`,
        hierarchy: `${at.path}/tree.csv`,
        json: true,
      });
      expect(ended.code).toBe(2);
      expect(errorOf(ended).message).toContain(says);
    });
  }

  it("negative costs, by where they stand in the params file", async () => {
    await using at = await workdir();
    const text = await Deno.readTextFile(FAST_PARAMS);
    const params = `${at.path}/params.yaml`;
    await Deno.writeTextFile(params, text.replace(/^( {2}rossmann:\n)/m, "$1    costs: { under: -1, over: 1 }\n"));
    const ended = await runTask("decisions", { workdir: `${at.path}/work`, json: true }, { params });
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain("datasets.rossmann.costs.under must be > 0, found -1");
  });

  it("to begin before anything was evaluated, and names the task that does", async () => {
    await using at = await workdir();
    const ended = await runTask("decisions", { workdir: `${at.path}/work`, json: true });
    expect(ended.code).toBe(2);
    expect(errorOf(ended).message).toContain("deno task evaluate");
  });
});
