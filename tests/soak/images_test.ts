import { join } from "node:path";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { approve } from "@/pipeline/approve.ts";
import { newApprover } from "@/pipeline/approver_new.ts";
import { deploy } from "@/pipeline/deploy.ts";
import { openVersion } from "@/pipeline/versions.ts";
import { parse } from "yaml";
import { smoke } from "../../tasks/support/smoke.ts";
import { BASE, giveToImageUser, makeBase, mustRun, READ_ONLY, run, withoutContainers } from "../support/containers.ts";
import { openContext } from "@/pipeline/context.ts";
import { postgresPrograms, startPostgres } from "../support/postgres.ts";
import { INTEROP_BIN, interopMissing, python } from "../support/python.ts";

const TAG = "soak", API = `localhost/shelfcast-api:${TAG}`, TRAIN = `localhost/shelfcast-train:${TAG}`;
const skip = await withoutContainers();
// deno-lint-ignore no-console -- whoever runs the tests must learn that some did not run
if (skip !== undefined) console.warn(skip);

describe("the container images, built and run", { skip: skip !== undefined }, () => {
  let folder = "", built: { images: { image: string; bytes: number }[]; revision: string };
  const shop = () => join(folder, "shop");
  const volume = () => ["--volume", `${shop()}:/var/lib/shelfcast`];

  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "shelfcast-images-" });
    await Deno.chmod(folder, 0o755);
    await Deno.mkdir(shop());
    await giveToImageUser(shop());
    await makeBase();
    built = await build(["api", "train"]);
  });
  after(async () => {
    await run("podman", ["rm", "--force", "--time", "0", "shelfcast-soak"]);
    await run("buildah", ["rmi", "--force", API, TRAIN]);
    await Deno.remove(folder, { recursive: true });
  });

  it("are built by deno task images, which tells their size", () => {
    expect(built.images.map(({ image }) => image)).toEqual([`shelfcast-api:${TAG}`, `shelfcast-train:${TAG}`]);
    for (const { bytes } of built.images) {
      expect(bytes).toBeGreaterThan(100e6);
      expect(bytes).toBeLessThan(600e6);
    }
  });

  it("name a user who is not root, and a health check", async () => {
    const about = async (image: string) =>
      JSON.parse(await mustRun("podman", ["image", "inspect", image]))[0] as {
        Config: { User: string };
        Healthcheck?: { Test: string[] };
      };
    const api = await about(API), train = await about(TRAIN);
    expect([api.Config.User, train.Config.User]).toEqual(["10001:10001", "10001:10001"]);
    expect(api.Healthcheck?.Test.at(-1)).toBe("/health/live");
    expect(train.Healthcheck?.Test).toEqual(["NONE"]);
  });

  it("train: runs the pipeline on the embedded data, and its model names the commit", async () => {
    await mustRun("podman", [...READ_ONLY, "--rm", ...volume(), TRAIN, "pipeline", "--workdir", "/var/lib/shelfcast"]);
    const context = await openContext({ workdir: shop() });
    const { version, card } = await openVersion(context);
    expect(version.version).toBe(1);
    expect(card.code["mlflow.source.git.commit"]).toBe(built.revision.replace(/-dirty$/, ""));
    expect(card.evaluation.scores[card.champion]!.rmspe).toBeLessThan(
      card.evaluation.scores[card.evaluation.baseline]!.rmspe!,
    );
  });

  it("api: serves what was deployed there, as nobody in particular, and writes nothing outside its volume", async () => {
    const context = await openContext({ workdir: shop() });
    const key = join(folder, "throwaway.pem");
    await newApprover(context, "soak-throwaway", "approver", { file: key });
    await approve(context, { user: "soak-throwaway", key });
    await deploy(context, { user: "soak-throwaway", key });
    await giveToImageUser(shop());
    const port = freePort(), name = "shelfcast-soak";
    const flags = ["--workdir", "/var/lib/shelfcast", "--host", "127.0.0.1", "--port", String(port)];
    await mustRun("podman", [...READ_ONLY, "--detach", "--name", name, ...volume(), API, ...flags]);
    const inside = (...command: string[]) => run("podman", ["--runtime", "runc", "exec", name, ...command]);
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true);
      const findings = await smoke(url, { version: "1" });
      expect(findings.filter(({ passed }) => !passed)).toEqual([]);
      expect((await inside("id", "-u")).stdout.trim()).toBe("10001");
      const write = await inside("touch", "/app/written");
      expect([write.code, write.stderr]).toEqual([1, expect.stringContaining("Read-only file system")]);
      const check = ["deno", "run", `--allow-net=127.0.0.1:${port}`, "deploy/docker/healthcheck.ts"];
      expect((await inside(...check, "/health/live", String(port))).code).toBe(0);
      expect((await inside(...check, "/no/such/path", String(port))).code).toBe(1);
    } finally {
      await run("podman", ["stop", "--time", "60", name]);
    }
    expect(await mustRun("podman", ["inspect", "--format", "{{.State.ExitCode}}", name])).toBe("0");
  });
});

const programs = postgresPrograms();
const noServers = interopMissing() || programs === undefined;

describe("the image of MLflow's server", { skip: skip !== undefined || noServers }, () => {
  const IMAGE = `localhost/shelfcast-mlflow:${TAG}`, name = "shelfcast-soak-mlflow";
  after(async () => {
    await run("podman", ["rm", "--force", "--time", "0", name]);
    await run("buildah", ["rmi", "--force", IMAGE]);
  });

  it("with the flags of docker-compose.yml keeps runs in PostgreSQL and files in S3, and refuses foreign hosts", async () => {
    await build(["mlflow"]);
    await using database = await startPostgres(programs!);
    await using bucket = await startMoto("mlflow");
    const { command, environment } = parse(await Deno.readTextFile("docker-compose.yml")).services.mlflow as {
      command: string[];
      environment: Record<string, string>;
    };
    const port = freePort(), own = new URL(database.url);
    const here = (text: string) =>
      text.replace("0.0.0.0", "127.0.0.1").replace("--port=5000", `--port=${port}`)
        .replace(/shelfcast:\$\{[^}]*\}@postgres:5432\/mlflow/, `${own.username}@${own.host}${own.pathname}`)
        .replace("127.0.0.1:5000", `127.0.0.1:${port}`)
        .replace("http://minio:9000", bucket.url).replace(/\$\{[^}]*\}/, "secret");
    const env = Object.entries(environment).flatMap(([key, value]) => ["--env", `${key}=${here(value)}`]);
    await mustRun("podman", [...READ_ONLY, "--detach", "--name", name, ...env, IMAGE, ...command.map(here)]);
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok === true);
    const asked = async (host: string) => {
      const path = `${url}/api/2.0/mlflow/experiments/search?max_results=1`;
      return await mustRun("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Host: ${host}`, path]);
    };
    expect([await asked("mlflow:5000"), await asked("evil.example")]).toEqual(["200", "403"]);
    const done = await python<{ metric: number; text: string; uri: string }>(
      new URL("../interop/use_mlflow.py", import.meta.url),
      [url],
    );
    expect(done).toEqual({ metric: 0.1, text: "kept", uri: expect.stringMatching(/^mlflow-artifacts:/) });
    expect(await bucket.keys()).toContainEqual(expect.stringMatching(/note\.txt$/));
  });
});

/** Builds images, and returns what the task says of them. */
async function build(
  names: readonly string[],
): Promise<{ images: { image: string; bytes: number }[]; revision: string }> {
  const ca = Deno.env.get("SSL_CERT_FILE");
  const args = ["--engine", "buildah", "--only", names.join(","), "--tag", TAG, "--base", BASE, "--json"];
  const said = await mustRun(Deno.execPath(), [
    ...["run", "-A", "tasks/images.ts", ...args],
    ...ca === undefined ? [] : ["--ca", ca],
  ]);
  return JSON.parse(said);
}

/** A server that speaks S3, with one bucket. */
async function startMoto(bucket: string) {
  const port = freePort(), url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(join(INTEROP_BIN, "moto_server"), {
    args: ["-H", "127.0.0.1", "-p", String(port)],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(async () =>
    (await fetch(url).then((answer) => answer.body?.cancel().then(() => true), () => false)) === true
  );
  await fetch(`${url}/${bucket}`, { method: "PUT" }).then((answer) => answer.body?.cancel());
  return {
    url,
    async keys(): Promise<string[]> {
      const text = await (await fetch(`${url}/${bucket}?list-type=2`)).text();
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("The server in the container did not become ready within two minutes");
}
