import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

describe("docs/quickstart.md", { skip: Deno.build.os === "windows" }, () => {
  it("step by step: every command does what it says, in an empty home", async () => {
    const page = await Deno.readTextFile(join(PROJECT, "docs/quickstart.md"));
    const section = page.split("## The same, step by step")[1]!.split("\n## ")[0]!;
    const commands = section.match(/```sh\n([\s\S]*?)```/)![1]!.trim().split("\n");
    expect(commands.length).toBe(9);
    const home = await Deno.makeTempDir({ prefix: "shelfcast-quickstart-" });
    const said: string[] = [];
    for (const command of commands) {
      expect(command).toMatch(/^deno task \S+ /);
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", command],
        cwd: PROJECT,
        env: {
          HOME: home,
          NO_COLOR: "1",
          DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME")!, ".cache/deno"),
        },
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(stdout);
      expect([command, code, code === 0 ? "" : new TextDecoder().decode(stderr)]).toEqual([command, 0, ""]);
      said.push(text);
    }
    expect(said[0]).toContain("registered shelfcast-rossmann version 1 (Staging)");
    expect(said[6]).toMatch(/version 1 of rossmann is whole \(\d+ files\), passed the gate, and was approved by anna/);
    expect(said[8]).toContain("9 of 9 right");
    expect((await Deno.stat(join(home, "shop/reports/rossmann/report.html"))).isFile).toBe(true);
    await Deno.remove(home, { recursive: true });
  });
});
