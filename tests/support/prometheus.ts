/**
 * The real Prometheus and what belongs to it, as Debian packages them, on ports of this machine.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { freePort } from "./mlflow_server.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));

/** Program → the Debian package that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  "prometheus": "prometheus",
  "promtool": "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  "amtool": "prometheus-alertmanager",
  "prometheus-pushgateway": "prometheus-pushgateway",
  "prometheus-node-exporter": "prometheus-node-exporter",
};

/** Why tests of the real tools cannot run here: `false` when they can. On a build machine a missing one is an error. */
export function prometheusMissing(): string | false {
  const missing = Object.keys(PACKAGES).filter((program) => !isInstalled(program));
  if (missing.length === 0) return false;
  const packages = [...new Set(missing.map((program) => PACKAGES[program]))].join(" ");
  const reason = `${missing.join(", ")} not installed here (Debian: apt-get install ${packages})`;
  if (Deno.env.get("CI") === "true") throw new Error(`Cannot test alerts and dashboards: ${reason}`);
  // deno-lint-ignore no-console -- a person should see it
  console.log(`skipped: ${reason}`);
  return reason;
}

function isInstalled(program: string): boolean {
  try {
    return Deno.statSync(join("/usr/bin", program)).isFile;
  } catch {
    return false;
  }
}

/** Runs a program to its end; returns everything that it said. */
export async function runTool(
  program: string,
  args: readonly string[],
  cwd = DEPLOY,
): Promise<{ ok: boolean; said: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { ok: success, said: text(stdout) + text(stderr) };
}

/** A running program. */
export interface Started extends AsyncDisposable {
  readonly url: string;
}

/** Starts a program that answers on a port, and waits until it does. */
export async function startTool(
  program: string,
  args: (address: string) => readonly string[],
  { health, cwd = DEPLOY }: { readonly health: string; readonly cwd?: string },
): Promise<Started> {
  const address = `127.0.0.1:${freePort()}`, url = `http://${address}`;
  const child = new Deno.Command(program, {
    args: [...args(address)],
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "", ended = false;
  const drained = (async () => {
    const decoder = new TextDecoder();
    for await (const part of child.stderr) said = (said + decoder.decode(part, { stream: true })).slice(-20_000);
  })();
  child.status.then(() => ended = true);
  while (!await fetch(url + health).then((answer) => answer.text().then(() => answer.ok), () => false)) {
    if (ended) throw new Error(`Cannot start ${program}:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

/** Starts a Pushgateway. */
export const startPushgateway = (): Promise<Started> =>
  startTool("prometheus-pushgateway", (address) => [`--web.listen-address=${address}`], { health: "/-/ready" });

/** Starts a node exporter that reads a folder of text files and nothing else. */
export const startNodeExporter = (folder: string): Promise<Started> =>
  startTool("prometheus-node-exporter", (address) => [
    `--web.listen-address=${address}`,
    "--collector.disable-defaults",
    "--collector.textfile",
    `--collector.textfile.directory=${folder}`,
  ], { health: "/metrics" });

/** Starts an Alertmanager with the project's configuration, which goes to other addresses and waits less. */
export async function startAlertmanager(
  folder: string,
  { slack, smtp }: { readonly slack: string; readonly smtp: string },
): Promise<Started> {
  const config = parse(await Deno.readTextFile(`${DEPLOY}alertmanager.yml`));
  const secret = join(folder, "slack_url");
  await Deno.writeTextFile(secret, slack);
  Object.assign(config.global, { slack_api_url_file: secret, smtp_smarthost: smtp, resolve_timeout: "5s" });
  Object.assign(config.route, { group_wait: "100ms", group_interval: "1s" });
  for (const route of config.route.routes) route.group_wait = "100ms";
  const file = join(folder, "alertmanager.yml");
  await Deno.writeTextFile(file, stringify(config));
  return await startTool("prometheus-alertmanager", (address) => [
    `--config.file=${file}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=${address}`,
    "--cluster.listen-address=",
  ], { health: "/-/ready" });
}

/** A Prometheus that can be asked. */
export interface RunningPrometheus extends Started {
  /** Evaluates an expression now. */
  query(
    expr: string,
  ): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[]>;
}

/**
 * Starts Prometheus with the project's configuration: its own jobs and rules, with other addresses, and looks every second.
 *
 * @param targets Job → host:port.
 * @param options.hurry Lets alerts fire at once; how long each waits is for `promtool test rules`.
 */
export async function startPrometheus(
  folder: string,
  targets: Readonly<Record<string, string>>,
  { alertmanager, hurry = true }: { readonly alertmanager?: string; readonly hurry?: boolean } = {},
): Promise<RunningPrometheus> {
  const config = parse(await Deno.readTextFile(`${DEPLOY}prometheus.yml`));
  const rules = parse(await Deno.readTextFile(`${DEPLOY}alerts.yml`));
  if (hurry) { for (const group of rules.groups) for (const rule of group.rules) rule.for = "0s"; }
  Object.assign(config.global, { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" });
  config.scrape_configs = config.scrape_configs.filter(({ job_name }: { job_name: string }) => job_name in targets);
  for (const job of config.scrape_configs) job.static_configs = [{ targets: [targets[job.job_name]] }];
  config.alerting = alertmanager === undefined
    ? {}
    : { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] };
  const file = join(folder, "prometheus.yml");
  await Deno.writeTextFile(join(folder, "alerts.yml"), stringify(rules));
  await Deno.writeTextFile(file, stringify(config));
  const started = await startTool("prometheus", (address) => [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, "prometheus")}`,
    `--web.listen-address=${address}`,
  ], { health: "/-/ready" });
  return {
    ...started,
    async query(expr) {
      const answer = await fetch(`${started.url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
      const { status, data, error } = await answer.json();
      if (status !== "success") throw new Error(`Prometheus cannot evaluate ${expr}: ${error}`);
      const { result, resultType } = data as {
        resultType: string;
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      if (resultType !== "vector") throw new Error(`${expr} is a ${resultType}, not a vector`);
      return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
  };
}

/** Asks again until an answer is there. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const until = performance.now() + 1000 * seconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
