// Make a run again, and compare the model byte by byte.
import { reproduce } from "@/pipeline/reproduce.ts";
import { main } from "./support/command.ts";

await main({
  name: "reproduce",
  about: "Run the pipeline again as a run's card says, in a folder of its own, and compare the model's bytes.",
  example: "deno task reproduce 0af7651916cd43dd8448eb211c80319c --dataset rossmann",
  positional: { name: "RUN", about: "the run's id, as the pipeline prints it with --json and MLflow shows it" },
  async run(context, { RUN }) {
    const done = await reproduce(context, String(RUN));
    const { run, files, code, source } = done;
    const lines = Object.entries(files).map(([name, sum]) => `  ${sum.slice(0, 16)}  ${name}`);
    const text = `the run ${run} gave the same model again, bit for bit\n${lines.join("\n")}\n` +
      `data: ${source}; code: ${code.now}${code.now === code.then ? "" : `, then ${code.then}`}`;
    return { json: done, text };
  },
});
