import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import { barWidth, stageLine, wrapped } from "../../tasks/support/terminal.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

describe("a line of the terminal", () => {
  it("has room for a bar's title, share, time and note from 80 columns on", () => {
    const rest = `${"lightgbm 1/2".padEnd(26)}  100 % 12m34s l2 0.03662`.length;
    fc.assert(fc.property(fc.integer({ min: 80, max: 400 }), (columns) => {
      expect(barWidth(columns) + rest).toBeLessThan(columns);
    }));
    expect([barWidth(10), barWidth(400)]).toEqual([8, 40]);
  });

  it("is never longer than the terminal is wide, so that it can be cleared", () => {
    fc.assert(fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 8, max: 200 }), (name, columns) => {
      expect(stageLine(name, columns).length).toBeLessThanOrEqual(columns);
    }));
    expect([stageLine("train", 80), stageLine("", 80)]).toEqual(["train …", ""]);
  });
});

describe("wrapped()", () => {
  it("keeps every word, in lines of at most 80 columns", () => {
    const word = fc.stringMatching(/^[a-z]{1,12} [0-9]\.[0-9] s$/);
    fc.assert(fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const text = wrapped(words);
      expect(text.replaceAll("\n", " ")).toBe(words.join(", "));
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    }));
  });
});

describe("terminal.stage()", () => {
  const told =
    'terminal.stage("featurize"); terminal.say("a word"); terminal.stage("train"); terminal.print("the answer");';
  const code = `import { terminal } from "${join(PROJECT, "tasks/support/terminal.ts")}"; ${told}`;
  const file = async () => {
    const path = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(path, code);
    return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
  };
  const running = (path: string) => ["run", "-A", "--config", join(PROJECT, "deno.json"), path];
  const ran = async (command: string, args: string[]) => {
    const { stdout, stderr } = await new Deno.Command(command, { args, cwd: PROJECT, stdin: "null" }).output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  };

  it("writes nothing into a file or a pipe", async () => {
    await using script = await file();
    expect(await ran(Deno.execPath(), running(script.path))).toEqual(["the answer\n", "a word\n"]);
  });

  it("shows a person what is worked on, and leaves no trace of it", async () => {
    await using script = await file();
    const spawn = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))";
    const [seen] = await ran("python3", ["-c", spawn, Deno.execPath(), ...running(script.path)]);
    expect(seen).toContain("featurize …");
    expect(seen).toContain("train …");
    expect(onScreen(seen)).toEqual(["a word", "the answer"]);
  });
});

/** The lines that stay on the screen: a carriage return with "clear the line" takes back what stood there. */
function onScreen(bytes: string): string[] {
  return bytes.replaceAll("\r\n", "\n").split("\n").map((line) => line.split("\r\x1b[2K").at(-1)!).filter((line) =>
    line !== ""
  );
}
