/**
 * Load by wrk, where it is installed: a generator that takes less of the machine than the servers it measures.
 *
 * @module
 */
import { join } from "node:path";
import { asTheyWere, countOf, quantileOf } from "./even_pace.ts";
import type { LoadFigure, LoadOrder } from "./load.ts";

/** What wrk's script prints in the end: requests, microseconds, failures; then times in microseconds and their counts. */
const RESULT = /^RESULT (\d+) (\d+) (\d+)\n((?:\d+ \d+\n)+)/m;

/** Requests are made before the clock runs. */
const SCRIPT = `
local bodies, made, at = {}, {}, 0
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
init = function()
  for k = 1, #bodies do
    made[k] = wrk.format("POST", os.getenv("ROUTE"), { ["Content-Type"] = "application/json" }, bodies[k])
  end
end
request = function() at = at % #made + 1 return made[at] end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.write + e.timeout))
  for k = 1, #latency do io.write(string.format("%d %d\\n", latency(k))) end
end
`;

/** The version of wrk that is installed, `wrk 4.1.0`; undefined where there is none. */
export async function wrkVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("wrk", { args: ["--version"], stdout: "piped", stderr: "null" }).output();
    const version = /^wrk (?:debian\/)?([^\s[]+)/.exec(new TextDecoder().decode(stdout))?.[1];
    return version === undefined ? undefined : `wrk ${version}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Sends requests for some seconds, with one thread. */
export async function loadByWrk(
  { url, path, bodies, connections, seconds }: Omit<LoadOrder, "pid">,
): Promise<Omit<LoadFigure, "cpuUs">> {
  const folder = await Deno.makeTempDir({ prefix: "shelfcast-wrk-" });
  try {
    const script = join(folder, "post.lua"), lines = join(folder, "bodies");
    await Deno.writeTextFile(script, SCRIPT);
    await Deno.writeTextFile(lines, bodies.map((body) => JSON.stringify(body)).join("\n"));
    const { stdout, success } = await new Deno.Command("wrk", {
      args: ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url],
      env: { BODIES: lines, ROUTE: path },
      stdout: "piped",
      stderr: "inherit",
    }).output();
    const text = new TextDecoder().decode(stdout), found = RESULT.exec(text);
    if (!success || found === null) throw new Error(`Cannot measure with wrk as it must print a result: ${text}`);
    const [requests, took, failed] = found.slice(1).map(Number) as [number, number, number];
    const told = new Map(found[4]!.trim().split("\n").map((line) => line.split(" ").map(Number) as [number, number]));
    const times = asTheyWere(told, Math.floor(took / Math.floor(requests / connections)));
    if (countOf(times) !== requests) {
      throw new Error(`Cannot read wrk's times: they are of ${countOf(times)} requests, and it made ${requests}`);
    }
    return {
      connections,
      requests,
      failed,
      perSecond: requests / (took / 1e6),
      p50: quantileOf(times, 0.5) / 1_000,
      p99: quantileOf(times, 0.99) / 1_000,
      pacedP99: quantileOf(told, 0.99) / 1_000,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
