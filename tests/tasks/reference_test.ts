import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gapsOf } from "../../tasks/support/reference/gaps.ts";
import { roomPage } from "../../tasks/support/reference/page.ts";
import type { PublicSymbol, Room } from "../../tasks/support/reference/symbols.ts";
import { wiringNames } from "../../tasks/support/reference/wiring.ts";

const half: PublicSymbol = {
  room: "core",
  name: "half",
  kind: "function",
  file: "src/core/half.ts",
  line: 7,
  doc: "Halves a number. See {@linkcode twice}.",
  tags: [
    { kind: "param", name: "x", doc: "In units of y." },
    { kind: "throws", tsType: { repr: "RangeError" }, doc: "If it is not finite." },
    { kind: "example", doc: "```ts\nexpect(half(4)).toBe(2);\n```" },
  ],
  declaration: "function half(x: number): number",
  throws: true,
};
const room = (...symbols: PublicSymbol[]): Room => ({ name: "core", about: "Words.", symbols });

describe("the reference", () => {
  it("tells what a function does, takes and throws, with its example and its file", () => {
    const page = roomPage(room(half));
    for (
      const text of [
        "### half\n\nHalves a number. See `twice`.",
        "```ts\nfunction half(x: number): number\n```",
        "- `x`: In units of y.",
        "- Throws `RangeError`: If it is not finite.",
        "expect(half(4)).toBe(2);",
        "[src/core/half.ts](../../src/core/half.ts)",
      ]
    ) expect(page).toContain(text);
  });

  it("has no gap where everything is said, or another's example calls the function", () => {
    expect(gapsOf([room(half)])).toEqual([]);
    const shown = {
      ...half,
      tags: half.tags.filter(({ kind }) => kind !== "example"),
      shownBy: { room: "core", name: "twice" },
    };
    expect(gapsOf([room(shown)])).toEqual([]);
    expect(roomPage(room(shown))).toContain("Example: see [twice](#twice).");
  });

  it("names a comment, an example and errors that are not there", () => {
    const gaps = gapsOf([room({ ...half, doc: "", tags: [] })]);
    expect(gaps.map(({ lacks }) => lacks)).toEqual(["a doc comment", "an example", "its errors"]);
    expect(gapsOf([room({ ...half, tags: half.tags.filter(({ kind }) => kind !== "throws") })])).toEqual([
      { file: "src/core/half.ts", line: 7, name: "half", lacks: "its errors" },
    ]);
  });
});

describe("what is public of a room without a table of contents", () => {
  it("is what a notebook or a how-to imports, and the step that bears a task's name", async () => {
    const project = await Deno.makeTempDir({ prefix: "shelfcast-" });
    const write = async (path: string, text: string) => {
      await Deno.mkdir(`${project}/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
      await Deno.writeTextFile(`${project}/${path}`, text);
    };
    for (const file of ["context", "ingest", "monitor", "keys"]) await write(`src/pipeline/${file}.ts`, "");
    const cell =
      'import { ingest, type Taken } from "@/pipeline/ingest.ts";\nimport { gone } from "@/pipeline/gone.ts";';
    await write("notebooks/01.ipynb", JSON.stringify({ cells: [{ cell_type: "code", source: [cell] }] }));
    await write("docs/how-to/add.md", 'import { lag } from "@/features/mod.ts";');
    await write(
      "tasks/monitor.ts",
      'import { monitor } from "@/pipeline/monitor.ts";\nimport { keysOf } from "@/pipeline/keys.ts";',
    );
    const found = await wiringNames(project, ["pipeline"]);
    await Deno.remove(project, { recursive: true });
    expect([...found].map(([file, names]) => [file, ...names])).toEqual([
      ["src/pipeline/context.ts", "openContext"],
      ["src/pipeline/ingest.ts", "ingest", "Taken"],
      ["src/pipeline/monitor.ts", "monitor"],
    ]);
  });
});
