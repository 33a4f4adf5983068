// Tell a held-back period as if it were live, with drift on request: does monitoring notice?
import { ParamsError } from "@/core/errors.ts";
import { take } from "@/pipeline/ingest.ts";
import { readDriftSpec } from "@/pipeline/simulate/drift_spec.ts";
import { openLiveFolder } from "@/pipeline/simulate/live_folder.ts";
import { stream, type StreamedStep } from "@/pipeline/simulate/stream.ts";
import { addSteps } from "@/pipeline/time.ts";
import { main } from "./support/command.ts";
import { table, terminal } from "./support/terminal.ts";

await main({
  name: "monitor:simulate",
  about: "Tell the last days of the source as if they were live: sales come in day by day, drift is looked for each " +
    "time, the flag is raised as in real life. Writes data/live/DATASET, which other tasks take as --source.",
  example: "deno task monitor:simulate --hold-back 28 --inject level:+15%@2015-06-01 --workdir .cache/live",
  flags: {
    "hold-back": { type: "string", value: "N", about: "steps at the end that are told one by one (default: 28)" },
    inject: { type: "string", value: "DRIFT", about: "KIND:SIZE@DATE; level, variance, promo, feed or concept" },
    url: { type: "string", value: "URL", about: "a server that is asked for forecasts and told the sales" },
    pace: { type: "string", value: "SECONDS", about: "wait after each step, for people who watch (default: 0)" },
  },
  async run(context, values) {
    const steps = Number(values["hold-back"] ?? 28), pace = Number(values["pace"] ?? 0);
    if (!Number.isInteger(steps) || steps < 1) {
      throw new ParamsError(`Cannot hold back ${values["hold-back"]} steps: expected a whole number from 1 on`);
    }
    if (!(pace >= 0)) throw new ParamsError(`Cannot wait ${values["pace"]} seconds: expected a number from 0 on`);
    const { inject, url } = values;
    const drift = inject === undefined ? undefined : readDriftSpec(String(inject));
    const taken = await take(context), { frequency } = context.profile, to = taken.panel.asOf;
    const live = await openLiveFolder(context, taken, drift);
    const told: StreamedStep[] = [];
    const from = addSteps(to, -steps, frequency);
    for await (
      const step of stream(context, live, {
        from,
        to: addSteps(to, 1, frequency),
        paceMs: 1000 * pace,
        ...url === undefined ? {} : { url: String(url).replace(/\/$/, "") },
      })
    ) {
      told.push(step);
      terminal.say(`${step.date}  ${step.sold} sales  ${step.due ? `due: ${step.reasons.join("; ")}` : "as expected"}`);
    }
    const first = told.find(({ due }) => due)?.date ?? null;
    const json = {
      dataset: context.profile.name,
      folder: live.folder,
      from,
      to,
      drift: drift ?? null,
      first,
      steps: told,
    };
    const rows = told.map(({ date, sold, share, due }) => [date, String(sold), share.toFixed(2), due ? "due" : ""]);
    const end = first === null ? "nothing was noticed" : `first noticed on ${first}`;
    return { json, text: `${table(["date", "sold", "share drifted", ""], rows)}\n\n${end}` };
  },
});
