import { existsSync } from "node:fs";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";

/** Types of packages: they are public there, which `deno doc --lint` does not see. */
const OF_PACKAGES =
  /^(DataFrame|Series|Expr|DataType|Data|Layout|Config|Annotations|Template|Dash|MarkerSymbol|JSX|JSX\.Element|FromSchema|JSONSchema)$/;
/** What parameters look like, as a constant beside each regressor; its type is what the parameters' schema says. */
const SCHEMAS = /^typeof schema$|^schema$/;

describe("the doc comments of what rooms export", () => {
  it("are complete for deno doc --lint", async () => {
    const rooms = Array.from(Deno.readDirSync("src")).map(({ name }) => `src/${name}/mod.ts`).filter(existsSync);
    const core = Array.from(Deno.readDirSync("src/core")).map(({ name }) => `src/core/${name}`);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--lint", ...core, ...rooms],
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    const findings = [...new TextDecoder().decode(stderr).matchAll(/^error\[([\w-]+)\]: (.*)\n\s*--> (.*)$/gm)]
      .map(([, code, text, at]) => ({ code: code!, text: text!, at: at! }));
    // The linter ran, and speaks as it did when this was written.
    expect(findings.filter(({ code }) => code === "private-type-ref").length).toBeGreaterThan(0);
    const own = findings.filter(({ code, text }) => {
      const type = /references private type '([^']+)'/.exec(text)?.[1];
      return code !== "private-type-ref" || type === undefined || !(OF_PACKAGES.test(type) || SCHEMAS.test(type));
    });
    expect(own).toEqual([]);
  });
});
