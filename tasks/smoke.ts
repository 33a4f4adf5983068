// Ask a server everything once.
import { ModelUnavailableError } from "@/core/errors.ts";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { serve } from "@/serving/serve.ts";
import { main } from "./support/command.ts";
import { smoke } from "./support/smoke.ts";
import { table } from "./support/terminal.ts";

await main({
  name: "smoke",
  about:
    "Ask a server everything once: the one at --url, or the deployed bundle on a port of its own. Exit 1 when one answer is wrong.",
  example: "deno task smoke --url http://127.0.0.1:8000 --version 3",
  flags: {
    url: { type: "string", value: "URL", about: "a running server (default: start one for this, and stop it)" },
    version: { type: "string", value: "N", about: "the version that must answer" },
    unique_id: {
      type: "string",
      value: "ID",
      about: "the series to forecast (default: the model's first; 1 with --url)",
    },
    "api-key": { type: "string", value: "KEY", about: "the key that the server asks for" },
  },
  async run(context, values) {
    const text = (name: string) => values[name] === undefined ? undefined : String(values[name]);
    const version = text("version"), key = text("api-key");
    const options = {
      ...version !== undefined && { version },
      ...key !== undefined && { headers: { authorization: `Bearer ${key}` } },
    };
    const url = text("url"), series = text("unique_id");
    const findings = url !== undefined
      ? await smoke(url.replace(/\/$/, ""), { ...options, ...series !== undefined && { series } })
      : await ownServer((own, first) => smoke(own, { ...options, series: series ?? first }));
    const failed = findings.filter(({ passed }) => !passed).length;
    const rows = findings.map(({ check, table, passed, observed, wanted }) => [
      passed ? "ok" : "wrong",
      check,
      table!,
      String(observed),
      wanted,
    ]);
    return {
      json: { failed, findings },
      text: `${table(["", "what", "route", "observed", "wanted"], rows)}\n\n${
        findings.length - failed
      } of ${findings.length} right`,
      code: failed === 0 ? 0 : 1,
    };

    async function ownServer<Result>(use: (url: string, series: string) => Promise<Result>): Promise<Result> {
      const running = serve(context, { source: deployedSource(context), port: 0 });
      try {
        await running.loaded;
        const { state } = running.services.models;
        if (!state.ready) throw new ModelUnavailableError(`Cannot ask the server: it is not ready: ${state.why}`);
        return await use(running.url, state.model.series[0]!);
      } finally {
        await running.stop();
      }
    }
  },
});
