// Serve forecasts over HTTP, with their documentation and the dashboard.
import { ModelUnavailableError, ParamsError } from "@/core/errors.ts";
import { prepareModel } from "@/serving/model/load_model.ts";
import { modelSource } from "@/serving/model/model_source.ts";
import { serve } from "@/serving/serve.ts";
import { main } from "./support/command.ts";
import { terminal } from "./support/terminal.ts";

await main({
  name: "serve",
  about: "Serve the deployed model: the API, its documentation (/docs) and the dashboard, until Ctrl-C.",
  example: "deno task serve --dataset rossmann --port 8000",
  flags: {
    port: { type: "string", value: "N", about: "the port (default: 8000; 0 takes any free one)" },
    host: { type: "string", value: "ADDRESS", about: "who may reach it (default: 127.0.0.1, this machine only)" },
    model: {
      type: "string",
      value: "FROM",
      about: "dir (default), dvc, models:/NAME/Production or models:/NAME@champion",
    },
    workers: { type: "string", value: "N", about: "threads that forecast (default: 1)" },
    prepare: { type: "boolean", about: "make what a start needs, and stop" },
  },
  async run(context, values) {
    const whole = (name: string, usual: number) => {
      const text = values[name] ?? String(usual);
      if (!/^\d{1,5}$/.test(String(text))) {
        throw new ParamsError(`Cannot use --${name} ${text}: expected a whole number`);
      }
      return Number(text);
    };
    const source = modelSource(context, values["model"] === undefined ? undefined : String(values["model"]));
    if (values["prepare"]) {
      const { card, name, version } = await source.read();
      const key = await prepareModel(context, card);
      return { json: { key, name, version }, text: `${name} version ${version} can be served` };
    }
    const host = String(values["host"] ?? "127.0.0.1");
    const running = serve(context, {
      source,
      port: whole("port", 8000),
      hostname: host,
      workers: whole("workers", 1),
      prepare: prepareApart,
    });
    terminal.say(`${running.url} (documentation: ${running.url}/docs); stop with Ctrl-C`);
    await running.loaded;
    const { state } = running.services.models;
    terminal.say(state.ready ? `ready: ${state.model.name} version ${state.model.version}` : `not ready: ${state.why}`);
    await running.finished;
    return { json: { stopped: true }, text: "stopped; no request was cut off" };
  },
});

/** Features of a large panel take gigabytes for a few seconds: in a process of their own, which gives them back. */
async function prepareApart(): Promise<void> {
  terminal.say("Computing the features of the horizon, once for this data and model");
  const args = ["run", "-A", "--v8-flags=--expose-gc", import.meta.filename!, ...Deno.args, "--prepare"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" })
    .output();
  if (!success) {
    throw new ModelUnavailableError(`Cannot make what the model needs: ${new TextDecoder().decode(stderr).trim()}`);
  }
}
