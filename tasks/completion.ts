// Print what a shell needs to complete tasks and their flags.
import { ParamsError } from "@/core/errors.ts";
import { completionScript, SHELLS } from "./support/completion.ts";
import { main } from "./support/command.ts";
import { listTasks } from "./support/task_list.ts";

await main({
  name: "completion",
  about: "Print what a shell needs to complete tasks and their flags, from what --help says. It asks every task once.",
  example: "deno task completion bash > ~/.shelfcast.bash && echo 'source ~/.shelfcast.bash' >> ~/.bashrc",
  positional: { name: "SHELL", about: SHELLS.join(", "), oneOf: SHELLS },
  async run({ project, progress }, values) {
    const shell = SHELLS.find((name) => name === values["SHELL"]);
    if (shell === undefined) {
      throw new ParamsError(`Cannot complete in "${values["SHELL"]}": there are ${SHELLS.join(", ")}`);
    }
    const bar = progress("tasks asked");
    const listed = await listTasks(project, bar.update).finally(() => bar.end());
    const tasks = listed.map(({ name, menu, flags = {}, positional }) => ({
      name,
      about: menu,
      flags,
      ...positional?.oneOf && { words: positional.oneOf },
    }));
    return { json: tasks, text: completionScript(shell, tasks) };
  },
});
