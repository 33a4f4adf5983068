import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { codeLines, readLcov, roomsOf, shareOf } from "../../tasks/support/coverage.ts";

describe("coverage", () => {
  it("reads lcov: a line counts once, and is run when its count is above 0", () => {
    const lcov =
      "SF:/shop/src/core/names.ts\nDA:1,3\nDA:2,0\nDA:5,1\nend_of_record\nSF:/shop/src/core/random.ts\nDA:1,0\nend_of_record\n";
    expect([...readLcov(lcov, "/shop").values()]).toEqual([
      { path: "src/core/names.ts", lines: 3, hit: 2, imported: true },
      { path: "src/core/random.ts", lines: 1, hit: 0, imported: true },
    ]);
  });

  it("counts the code of a file that nobody imported: no comments, imports or types", () => {
    const text = [
      "/**",
      " * What it is.",
      " */",
      "import { a,",
      '  b } from "x";',
      'export * from "y";',
      "export interface Shop {",
      "  readonly id: string;",
      "}",
      'type Kind = "a" | "b";',
      "",
      "// why",
      "export function run(): number {",
      "  return 1;",
      "}",
    ].join("\n");
    expect(codeLines(text)).toBe(3);
    expect(codeLines('export * from "y";\n')).toBe(0);
  });

  it("a file that nobody imported lowers the share", () => {
    const run = { path: "src/a/x.ts", lines: 8, hit: 8, imported: true };
    const never = { path: "src/b/y.ts", lines: 2, hit: 0, imported: false };
    expect(shareOf([run])).toBe(100);
    expect(shareOf([run, never])).toBe(80);
    expect(roomsOf([run, never])).toEqual([{ room: "src/a", lines: 8, share: 100 }, {
      room: "src/b",
      lines: 2,
      share: 0,
    }]);
  });
});
