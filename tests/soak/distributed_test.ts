import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { FitPart, JoinedFit } from "@/pipeline/partitions/mod.ts";
import { errorOf, startTask, taskDocument } from "../support/command_line.ts";
import { freePort } from "../support/mlflow_server.ts";
import { featurizeInParts, ingestInParts } from "../support/partitioned.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

const DATASET = "store-item", SIZE = { dataset: DATASET, series: 24, steps: 760 };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A working folder with features in one part, and in two. */
async function prepared(): Promise<Workdir & { readonly flags: Record<string, string> }> {
  const work = await workdir();
  const context = await work.context(SIZE);
  for (const  of of[1, 2]) {
    await ingestInParts(context, of, { whole: false });
    await featurizeInParts(context, of, { whole: false });
  }
  return { ...work, flags: { dataset: DATASET, workdir: `${work.path}/work` } };
}

/** Two addresses of this machine. */
const addresses = () => {
  const [a, b] = [freePort(), freePort()];
  return `127.0.0.1:${a},127.0.0.1:${b}`;
};

describe("LightGBM on two machines", { skip: Deno.build.os === "windows" }, () => {
  let work: Awaited<ReturnType<typeof prepared>>;
  before(async () => void (work = await prepared()));
  after(async () => await work[Symbol.asyncDispose]());

  it("has one model in both, as good as that of one machine", async () => {
    const alone = await taskDocument<FitPart>("fit", { ...work.flags, partition: "1/1" });
    const whole = await taskDocument<JoinedFit>("merge", { ...work.flags, stage: "fit", parts: "1" });
    const machines = addresses();
    const parts = await Promise.all(
      ["1/2", "2/2"].map((partition) =>
        taskDocument<FitPart>("fit", { ...work.flags, partition, machines, "peer-timeout": "60" })
      ),
    );
    const joined = await taskDocument<JoinedFit>("merge", { ...work.flags, stage: "fit", parts: "2" });
    expect(parts[0]!.model).toBe(parts[1]!.model);
    expect(parts[0]!.rows + parts[1]!.rows).toBe(alone.rows);
    expect(joined.rows).toBe(whole.rows);
    // The same rows and bins of their own: other trees, the same quality.
    const ratio = joined.scores.smape! / whole.scores.smape!;
    // deno-lint-ignore no-console -- wall clock and traffic are to be seen, not judged
    console.log(
      `one machine: ${alone.seconds.toFixed(2)} s, smape ${whole.scores.smape!.toFixed(3)}; two: ` +
        `${Math.max(...parts.map(({ seconds }) => seconds)).toFixed(2)} s, smape ${joined.scores.smape!.toFixed(3)}, ` +
        `${((parts[0]!.traffic?.sent ?? 0) / 1e6).toFixed(1)} MB over the network`,
    );
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.05);
    if (Deno.build.os === "linux") expect(parts[0]!.traffic!.sent).toBeGreaterThan(10_000);
  });

  it("a machine that is killed ends the other in a sentence, within the timeout", async () => {
    const long = new URL("../support/long_params.yaml", import.meta.url).pathname;
    const machines = addresses();
    const [stays, dies] = ["1/2", "2/2"].map((partition) =>
      startTask("fit", { ...work.flags, partition, machines, "peer-timeout": "5", json: true }, { params: long })
    );
    const [ended] = await Promise.all([
      stays!.output(),
      (async () => {
        const drained = [dies!.stdout, dies!.stderr].map((stream) => stream.pipeTo(new WritableStream()));
        // By then both have found one another and grow trees, of which there are far too many.
        await new Promise((resolve) => setTimeout(resolve, 8_000));
        dies!.kill("SIGKILL");
        await dies!.status;
        await Promise.all(drained);
      })(),
    ]);
    expect(ended.code).toBe(2);
    const { name, message } = errorOf({ code: ended.code, stdout: text(ended.stdout), stderr: text(ended.stderr) });
    expect(name).toBe("NativeLibraryError");
    expect(message).toMatch(/on 2 machines \(127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+\)/);
  });

  it("a machine that never comes is waited for no longer than the timeout", async () => {
    const flags = { ...work.flags, partition: "1/2", machines: addresses(), "peer-timeout": "3", json: true as const };
    const { code, stdout, stderr } = await startTask("fit", flags).output();
    expect(code).toBe(2);
    const { message } = errorOf({ code, stdout: text(stdout), stderr: text(stderr) });
    expect(message).toContain("nothing was heard for 3 seconds: the machines did not find one another");
  });

  it("as many machines as partitions are asked for", async () => {
    const flags = { ...work.flags, partition: "1/2", machines: "127.0.0.1:9", json: true as const };
    const { code, stdout, stderr } = await startTask("fit", flags).output();
    expect(code).toBe(2);
    expect(errorOf({ code, stdout: text(stdout), stderr: text(stderr) }).message).toContain(
      "2 partitions on 1 machines",
    );
  });
});
