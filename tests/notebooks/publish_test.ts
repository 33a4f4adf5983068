/** The notebooks' task as people call it, on notebooks of a few cells: what it says, writes and refuses. */
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parse } from "../../tasks/support/notebooks/notebook.ts";
import { publish } from "../../tasks/support/notebooks/publish.ts";
import { notebookText } from "../support/small_notebook.ts";

const TASK = fileURLToPath(new URL("../../tasks/notebooks.ts", import.meta.url));
const GOOD = `import { expect } from "@std/expect";\nexpect(1).toBe(1);`;

async function folderOf(notebooks: Readonly<Record<string, readonly string[]>>) {
  const path = await Deno.makeTempDir();
  for (const [name, code] of Object.entries(notebooks)) {
    await Deno.writeTextFile(`${path}/${name}.ipynb`, notebookText(code));
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const run = (...args: string[]) => runIn({}, ...args);

async function runIn(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", TASK, ...args],
    env: { NO_COLOR: "1", DATASET: "", SOURCE: "", ...env },
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

describe("deno task notebooks, without Jupyter", () => {
  it("runs the cells as modules with DATASET and SOURCE set, and says that no HTML was written", async () => {
    const asks = `import { expect } from "@std/expect";
expect([Deno.env.get("DATASET"), Deno.env.get("SOURCE")]).toEqual(["walmart", "/data of ours"]);`;
    await using folder = await folderOf({ "01_small": ["const a = 1;", asks] });
    const out = `${folder.path}/out`;
    const { code, said } = await run(
      ...["--module", "--folder", folder.path, "--out", out, "--dataset", "walmart", "--source", "/data of ours"],
    );
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining("No HTML was written") });
    await expect(Deno.stat(out)).rejects.toThrow(Deno.errors.NotFound);
    // As variables, like in JupyterLab; a flag goes before a variable.
    const args = ["--module", "--folder", folder.path, "--out", out];
    expect(await runIn({ DATASET: "walmart", SOURCE: "/data of ours" }, ...args)).toMatchObject({ code: 0 });
    const both = await runIn(
      { DATASET: "rossmann", SOURCE: "kaggle" },
      ...args,
      "--dataset",
      "walmart",
      "--source",
      "/data of ours",
    );
    expect(both).toMatchObject({ code: 0 });
  });

  it("refuses a dataset that is none before anything runs", async () => {
    await using folder = await folderOf({ "01_good": [GOOD] });
    const { code, said } = await run("--module", "--folder", folder.path, "--dataset", "rosman");
    expect({ code, said }).toMatchObject({
      code: 2,
      said: expect.stringContaining('Cannot use the dataset "rosman": there are rossmann, walmart, store-item'),
    });
  });

  it("fails on the first failing cell, with notebook, cell and error, and does not start the next notebook", async () => {
    await using folder = await folderOf({
      "01_good": [GOOD],
      "02_bad": ["const a = 1;", `throw new Error("no stock");`, GOOD],
      "03_next": [GOOD],
    });
    const { code, said } = await run("--module", "--jobs", "1", "--folder", folder.path);
    expect(code).toBe(1);
    expect(said).toMatch(/error: 02_bad\.ipynb, cell 2: .*no stock/);
    expect(said).toMatch(/01_good +1 +[\d.]+ +ran\n02_bad +3 +[\d.]+ +failed in cell 2\n03_next +1 +0\.0 +not run/);
  });

  it("refuses a name that no notebook has, and a folder that is not there", async () => {
    await using folder = await folderOf({ "01_good": [GOOD] });
    const named = await run("--only", "99", "--folder", folder.path);
    expect(named).toMatchObject({ code: 2, said: expect.stringContaining('starts with "99": there are 01_good') });
    const nowhere = await run("--folder", `${folder.path}/nowhere`);
    expect(nowhere).toMatchObject({ code: 2, said: expect.stringContaining("there is no such folder") });
    await using empty = await folderOf({});
    expect(await run("--folder", empty.path)).toMatchObject({
      code: 2,
      said: expect.stringContaining("it holds no .ipynb file"),
    });
  });

  it("refuses a file that is no notebook, and names it", async () => {
    await using folder = await folderOf({ "01_good": [GOOD] });
    for (
      const [text, why] of [["{", "it is not JSON"], ["[]", "it has no list of cells"], ["null", "no list of cells"]]
    ) {
      await Deno.writeTextFile(`${folder.path}/02_broken.ipynb`, text!);
      const { code, said } = await run("--folder", folder.path);
      expect({ code, said }).toMatchObject({ code: 2, said: expect.stringMatching(`02_broken.ipynb as .*${why}`) });
    }
  });
});

describe("publish()", () => {
  it("writes an index that leads to every page that is there, and to no other", async () => {
    await using folder = await folderOf({});
    const all = ["01_a", "02_b"].map((name) => parse(`${name}.ipynb`, notebookText([GOOD])));
    const runOf = (notebook: typeof all[0]) => ({ notebook, body: "<p>body</p>", executed: "{}", seconds: 3.2 });
    const where = { folder: folder.path, about: "rossmann" };
    const index = () => Deno.readTextFile(`${folder.path}/index.html`);
    await publish([runOf(all[0]!)], all, where);
    expect(await index()).toMatch(/href="01_a\.html"[^]*ran in 3 s[^]*not run yet: deno task notebooks --only 02/);
    expect(await index()).not.toContain('href="02_b.html"');
    await publish([runOf(all[1]!)], all, where);
    expect(await index()).toMatch(/href="01_a\.html"[^]*from an earlier run[^]*href="02_b\.html"/);
  });
});
