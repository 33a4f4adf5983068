import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** What everybody may import: every file of core, and each room's table of contents. */
const ROOTS = [
  ...namesIn("src/core").map((name) => `src/core/${name}`),
  ...namesIn("src").map((name) => `src/${name}/mod.ts`).filter((path) => existsSync(join(PROJECT, path))),
];

/**
 * Types of packages are public there. `deno doc --lint` takes them for private types of ours (denoland/deno#27364), and
 * where one is exported again, it asks for what the package's own comments lack. So it sees our code alone: each package
 * is an empty module here.
 */
async function lint(roots: readonly string[]): Promise<{ code: number; findings: readonly string[] }> {
  const packages = filesBelow("src").flatMap((path) => [
    ...Deno.readTextFileSync(join(PROJECT, path)).matchAll(/(?:from|import) "([^".]+[^"]*)"/g),
  ]).map(([, name]) => name!).filter((name) => !/^(@\/|node:|\.)/.test(name));
  const imports = {
    ...Object.fromEntries(packages.map((name) => [name, "data:application/typescript,export{}"])),
    "@/": pathToFileURL(join(PROJECT, "src/")).href,
  };
  const map = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--lint", "--import-map", map, ...roots],
      cwd: PROJECT,
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    const said = new TextDecoder().decode(stderr);
    return { code, findings: said.match(/^error\[[\w-]+\]: .*\n\s*--> .*$/gm) ?? [] };
  } finally {
    await Deno.remove(map);
  }
}

describe("the doc comments of what rooms export", () => {
  it("are complete for deno doc --lint", async () => {
    expect(ROOTS.length).toBeGreaterThan(20);
    expect(await lint(ROOTS)).toEqual({ code: 0, findings: [] });
  });

  it("are looked at: a type that is kept back and a field without a word are found", async () => {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast-" });
    const file = join(folder, "mod.ts");
    await Deno.writeTextFile(
      file,
      'import type { Panel } from "@/core/panel.ts";\ntype Kept = Panel;\n/** A shelf. */\nexport interface Shelf {\n' +
        "  readonly width: number;\n  /** What is on it. */\n  readonly goods: Kept;\n}\n",
    );
    const { code, findings } = await lint([...ROOTS, file]);
    await Deno.remove(folder, { recursive: true });
    expect(code).toBe(1);
    expect(findings.map((text) => text.split("\n")[0])).toEqual([
      "error[missing-jsdoc]: exported symbol is missing JSDoc documentation",
      `error[private-type-ref]: public type 'Shelf["goods"]' references private type 'Kept'`,
    ]);
  });
});

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].map(({ name }) => name).sort();
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : /\.tsx?$/.test(name) ? [`${folder}/${name}`] : []
  );
}
