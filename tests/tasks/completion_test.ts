import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { fileURLToPath } from "node:url";
import { type CompletedTask, completionScript, SHELLS } from "../../tasks/support/completion.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const dataset = { type: "string", value: "NAME", about: "which [one]", oneOf: ["rossmann", "walmart"] } as const;
const tasks: readonly CompletedTask[] = [
  { name: "train", about: "Fit a model's trees", flags: { dataset, json: { type: "boolean", about: "a document" } } },
  { name: "ci:check", about: "CI", flags: {} },
  { name: "ci:test", about: "CI", flags: {} },
  { name: "completion", about: "This", flags: {}, words: ["bash", "zsh"] },
];

/** What bash offers for a line that was typed so far. */
async function offered(line: string): Promise<string[]> {
  const script = `${completionScript("bash", tasks)}
COMP_WORDBREAKS=$' \\t\\n"><=;|&(:'
COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}
_shelfcast
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { success, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", script, "bash", line] }).output();
  expect([success, new TextDecoder().decode(stderr)]).toEqual([true, ""]);
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

describe("completion in bash", () => {
  it("offers tasks, then their flags, then a flag's values", async () => {
    expect(await offered("deno task t")).toEqual(["train"]);
    expect(await offered("deno task ")).toEqual(["train", "ci:check", "ci:test", "completion"]);
    expect(await offered("deno task train --")).toEqual(["--dataset", "--json"]);
    expect(await offered("deno task train --dataset ")).toEqual(["rossmann", "walmart"]);
    expect(await offered("deno task train --dataset w")).toEqual(["walmart"]);
  });

  it("offers words that need no flag, and what follows the colon of a task's name", async () => {
    expect(await offered("deno task completion ")).toEqual(["bash", "zsh"]);
    expect(await offered("deno task ci:c")).toEqual(["check"]);
  });
});

describe("completion", () => {
  it("names every task and flag in every shell", () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, tasks);
      for (const text of ["train", "dataset", "walmart", "json", "completion"]) expect(script).toContain(text);
    }
    expect(completionScript("zsh", tasks)).toContain("which \\[one\\]");
    expect(completionScript("fish", tasks)).toContain("Fit a model\\'s trees");
  });
});

describe("every task", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${PROJECT}deno.json`)) as {
    tasks: Record<string, { command: string }>;
  };

  it("has an example in its help that begins with deno task, or shows the task", () => {
    const without = Object.values(tasks).map(({ command }) => /tasks\/\w+\.ts/.exec(command)![0]).filter((file) => {
      const text = Deno.readTextFileSync(`${PROJECT}${file}`);
      return !/\bexample:\s*\n?\s*(?:"[^"]*\bdeno task [a-z]|`[^`]*\bdeno task [a-z])/.test(text);
    });
    expect([...new Set(without)]).toEqual([]);
  });
});
