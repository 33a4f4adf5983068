// Put monitoring to the proof: replay a dataset as it is and with the world changed on purpose, and count what is found.
import { ParamsError } from "@/core/errors.ts";
import { take } from "@/pipeline/ingest.ts";
import { prove } from "@/pipeline/monitor/proof.ts";
import { main } from "./support/command.ts";
import { proofText, withProof } from "./support/proof_text.ts";

const DOCS = "docs/monitoring.md";
const STEPS = { "1d": 14, "1w": 4 } as const;

await main({
  name: "monitor:prove",
  about: "Replay a dataset as it is and with changes put into it on purpose; count what is found, and what is found " +
    "where nothing has changed.",
  example: "deno task monitor:prove --dataset rossmann --steps 1300 --checks 26",
  flags: {
    checks: { type: "string", value: "N", about: "checks of the data as they are (default 26)" },
    begins: { type: "string", value: "N", about: "dates at which each change is begun (default 4)" },
    write: { type: "boolean", about: `put the tables into ${DOCS}` },
  },
  async run(context, { checks = "26", begins = "4", write }) {
    const { panel } = await take(context), within = STEPS[panel.profile.frequency];
    const bar = context.progress("prove");
    const proof = await prove(context, panel, {
      checks: countOf("checks", String(checks)),
      begins: countOf("begins", String(begins)),
      every: within,
      within,
      onCheck: (done, total) => bar.update(done, total),
    });
    bar.end();
    const source = context.params.source === "synthetic" ? "synthetic" : "real";
    const text = proofText(proof, source);
    if (write === true) {
      const path = context.project.path(DOCS);
      await Deno.writeTextFile(path, withProof(await Deno.readTextFile(path), `${proof.dataset} ${source}`, text));
    }
    return { json: proof, text };
  },
});

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) {
    throw new ParamsError(`Cannot use --${name} ${text}: expected a whole number from 1 on`);
  }
  return count;
}
