import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { checkNotebooks } from "../../tasks/support/notebooks/check.ts";
import { moduleOf, parse, readNotebooks } from "../../tasks/support/notebooks/notebook.ts";
import { excerpt, hasJupyter, installKernel, runAsModule, runInKernel } from "../../tasks/support/notebooks/run.ts";
import { notebookText } from "../support/small_notebook.ts";

const GOOD = `import { expect } from "@std/expect";\nexpect(1).toBe(1);`;
const options = { env: {}, secondsPerCell: 60 };

/** A notebook as a file of its own, for kernels, which read files. */
async function onDisk(code: readonly string[]) {
  // Inside the project: there imports resolve as they do in a notebook.
  const cache = fileURLToPath(new URL("../../.cache", import.meta.url));
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: cache, prefix: "test-" }), path = `${folder}/small.ipynb`;
  await Deno.writeTextFile(path, notebookText(code));
  return {
    notebook: parse(path, await Deno.readTextFile(path)),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

describe("parse()", () => {
  it("reads heading, promise and cells, and finds nothing wrong with a good notebook", () => {
    const { name, title, promise, cells, problems } = parse("x/07_small.ipynb", notebookText(["const a = 1;", GOOD]));
    expect({ name, title, promise }).toEqual({
      name: "07_small",
      title: "A test",
      promise: "It promises something.",
    });
    expect(cells.map(({ kind, number }) => [kind, number])).toEqual([["markdown", 0], ["code", 1], ["code", 2]]);
    expect(problems).toEqual([]);
  });

  it("joins a promise that is written in two lines", () => {
    const heading = "# A test\n\n> It promises something\n> in two lines.\n\nAnd more.";
    expect(parse("small.ipynb", notebookText([GOOD], { heading })).promise).toBe("It promises something in two lines.");
  });

  it("finds outputs, a missing heading or promise, and an ending without assertion", () => {
    const problems = (text: string) => parse("small.ipynb", text).problems.join("\n");
    expect(problems(notebookText([GOOD], { ran: true }))).toContain("clear them");
    expect(problems(notebookText([GOOD], { heading: "Some words" }))).toMatch(/heading of level 1[^]*promise/);
    expect(problems(notebookText(["const a = 1;"]))).toContain("must assert");
  });
});

describe("moduleOf()", () => {
  it("joins the code of cells, and finds the way back", () => {
    const { text, placeOf } = moduleOf(parse("small.ipynb", notebookText(["const a = 1;\na", GOOD])));
    expect(text.split("\n").slice(0, 2)).toEqual(["const a = 1;", "a;"]);
    expect(placeOf(2)).toEqual({ cell: 1, line: 2 });
    expect(placeOf(4)).toEqual({ cell: 2, line: 2 });
  });
});

describe("checkNotebooks()", () => {
  it("names notebook, cell and line of a type error and of lint", async () => {
    const wrong = parse("small.ipynb", notebookText(["const a = 1;", `const b: string = a;\nvar c = b;\nc`, GOOD]));
    const problems = (await checkNotebooks([wrong])).join("\n");
    expect(problems).toContain("small.ipynb, cell 2, line 1");
    expect(problems).toMatch(/not assignable to type 'string'[^]*no-var/);
  });
});

describe("excerpt()", () => {
  it("leaves a usual error as it is, and keeps the beginning of one that quotes a whole page", () => {
    expect(excerpt("no stock\nin cell")).toBe("no stock\nin cell");
    const long = excerpt(`${"x".repeat(9_999)}\n`.repeat(500));
    expect(long.split("\n").length).toBe(41);
    expect(long).toMatch(/^x{400}…\n[^]*… 461 more lines$/);
  });
});

const LATE = "setTimeout(() => {}, 1e6);\nawait new Promise(() => {});";

for (const [how, run] of [["runInKernel()", runInKernel], ["runAsModule()", runAsModule]] as const) {
  const skip = run === runInKernel && !await hasJupyter()
    ? "skipped: Jupyter is not there; `make lab` installs it"
    : false;
  if (skip) {
    if (Deno.env.get("CI") === "true") throw new Error(skip);
    // deno-lint-ignore no-console -- a person should see it
    console.log(skip);
  }
  describe(how, { skip }, () => {
    if (!skip && run === runInKernel) it("has its kernel", installKernel);

    it("runs every cell with the project's own imports", async () => {
      await using file = await onDisk([
        `import { random } from "@/core/random.ts";\nconst a = random(1).next();`,
        GOOD,
      ]);
      const seen: number[] = [];
      const { failure } = await run(file.notebook, { ...options, onCell: (cell) => void seen.push(cell) });
      expect(failure).toBeUndefined();
      expect(seen).toEqual([1, 2]);
    });

    it("names the cell that fails, and its error", async () => {
      await using file = await onDisk(["const a = 1;", `throw new Error("no stock " + a);`, GOOD]);
      const { failure } = await run(file.notebook, options);
      expect(failure?.cell).toBe(2);
      expect(failure?.error).toContain("no stock 1");
    });

    it("catches a promise that nobody awaited", async () => {
      await using file = await onDisk(["const a = 1;", `Promise.reject(new Error("stray " + a));`, GOOD]);
      const { failure } = await run(file.notebook, options);
      expect(failure?.error).toContain("stray 1");
    });

    it("catches an error in a timer after the last cell", async () => {
      await using file = await onDisk([`setTimeout(() => {\n  throw new Error("late");\n}, 40);\n${GOOD}`]);
      expect((await run(file.notebook, options)).failure?.error).toContain("late");
    });

    it("stops a cell that takes too long", async () => {
      await using file = await onDisk(["const a = 1;", LATE, GOOD]);
      const { failure } = await run(file.notebook, { ...options, secondsPerCell: 4 });
      expect(failure).toEqual({ cell: 2, error: "the cell ran longer than 4 seconds" });
    });
  });
}

const course = await readNotebooks(fileURLToPath(new URL("../../notebooks/simplified", import.meta.url)));

describe("the first course", () => {
  for (const notebook of course) {
    it(`${notebook.name} runs, in fewer than 15 cells`, async () => {
      expect(notebook.cells.length).toBeLessThan(15);
      expect((await runAsModule(notebook, options)).failure).toBeUndefined();
    });
  }
});
