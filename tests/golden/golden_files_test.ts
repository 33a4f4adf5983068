import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TESTS = fileURLToPath(new URL("../", import.meta.url));

/** The texts of all test files below a folder. */
function testsBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? testsBelow(join(folder, name))
      : name.endsWith("_test.ts")
      ? [Deno.readTextFileSync(join(folder, name))]
      : []
  );
}

describe("golden files", () => {
  it("are each read by a test: a reference that nothing is held to proves nothing", () => {
    const tests = testsBelow(TESTS);
    const files = [...Deno.readDirSync(join(TESTS, "golden"))].map(({ name }) => name)
      .filter((name) => name.endsWith(".json"));
    expect(files.length).toBeGreaterThan(5);
    const read = (name: string) => tests.some((text) => text.includes(`/${name}"`) || text.includes(`"${name}"`));
    expect(files.filter((name) => !read(name))).toEqual([]);
  });
});
