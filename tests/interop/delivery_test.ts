import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parse } from "yaml";
import { JOBS } from "../../tasks/support/ci/jobs.ts";
import { INTEROP_BIN, interopMissing, python } from "../support/python.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const skip = interopMissing() !== false;
const text = (path: string) => Deno.readTextFile(join(PROJECT, path));
const files = (folder: string, pattern: RegExp) =>
  [...Deno.readDirSync(join(PROJECT, folder))].map(({ name }) => `${folder}/${name}`).filter((name) =>
    pattern.test(name)
  )
    .sort();

/** Runs a tool in the project; its complaints, empty when there are none. */
async function complaints(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  return success ? "" : new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** Why a program that is no Python package cannot check anything here; a build machine that could have it must. */
async function without(program: string, where: string, installable: boolean): Promise<string | undefined> {
  const found = await Deno.stat(where).then(() => true, () => false);
  if (found) return undefined;
  if (installable && Deno.env.get("CI") === "true") throw new Error(`Cannot check as ${program} is not installed`);
  // deno-lint-ignore no-console -- whoever runs the tests must learn that some did not run
  console.log(`skipped: ${program} is not installed`);
  return program;
}

const DOCKERFILES = [...files("deploy/docker", /Dockerfile\./), "deploy/spaces/Dockerfile"];

describe("the Dockerfiles", { skip }, () => {
  const hadolint = join(INTEROP_BIN, "hadolint");

  for (const file of DOCKERFILES) {
    it(`${file} is clean for hadolint`, async () => {
      expect(await complaints(hadolint, [file])).toBe("");
    });
  }

  it("hadolint does complain of one that is not", async () => {
    const path = await Deno.makeTempFile({ suffix: "Dockerfile" });
    await Deno.writeTextFile(path, "FROM debian\nRUN cd /tmp && sudo apt-get install git\n");
    const said = await complaints(hadolint, [path]);
    expect(said).toContain("DL3006");
    expect(said).toContain("DL3004");
    await Deno.remove(path);
  });

  it("end with a user who is not root", async () => {
    for (const file of DOCKERFILES) {
      const users = (await text(file)).match(/^USER .*$/gm);
      expect([file, users?.at(-1)]).toEqual([file, expect.stringMatching(/^USER [1-9]\d+:[1-9]\d+$/)]);
    }
  });
});

describe("docker-compose.yml", { skip }, () => {
  const compose = join(INTEROP_BIN, "docker-compose");

  it("follows the Compose Specification's schema", async () => {
    const checker = join(INTEROP_BIN, "check-jsonschema");
    expect(await complaints(checker, ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"])).toBe("");
  });

  it("is understood by Docker Compose itself, which finds every port and file", async () => {
    const command = new Deno.Command(compose, { args: ["--profile", "*", "config", "--format", "json"], cwd: PROJECT });
    const { success, stdout, stderr } = await command.output();
    expect([success, new TextDecoder().decode(stderr)]).toEqual([true, ""]);
    const { services } = JSON.parse(new TextDecoder().decode(stdout)) as { services: Record<string, Service> };
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published.map(({ published }) => Number(published)).sort((a, b) => a - b))
      .toEqual([3000, 5000, 8000, 9001, 9090, 9093]);
    expect(new Set(published.map(({ host_ip }) => host_ip))).toEqual(new Set(["127.0.0.1"]));
    for (const [name, { healthcheck, image, volumes = [], profiles = [] }] of Object.entries(services)) {
      if (profiles.length === 0) expect([name, healthcheck !== undefined]).toEqual([name, true]);
      expect([name, image]).toEqual([name, expect.stringMatching(/^shelfcast-\w+$|:.*\d/)]);
      for (const { type, source } of volumes) {
        if (type === "bind") {
          expect([source, await Deno.stat(source).then(() => true, () => false)]).toEqual([source, true]);
        }
      }
    }
  });

  it("Compose does complain of a service that depends on none", async () => {
    const path = await Deno.makeTempFile({ suffix: ".yml" });
    await Deno.writeTextFile(path, "services: { a: { image: b, depends_on: [c] } }");
    expect(await complaints(compose, ["--file", path, "config"])).toContain("undefined service");
    await Deno.remove(path);
  });
});

interface Service {
  readonly image: string;
  readonly healthcheck?: unknown;
  readonly profiles?: readonly string[];
  readonly ports?: readonly { readonly published: string; readonly host_ip?: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string }[];
}

const WORKFLOWS = files(".github/workflows", /\.yml$/);
const actionlint = join(INTEROP_BIN, "actionlint");
const has = async (program: string) => await complaints("sh", ["-c", `command -v ${program}`]) === "";
// It is built with Go where Go is, by `make interop`.
const noActionlint = skip ? "tools" : await without("actionlint", actionlint, await has("go"));
const noShellcheck = await without("shellcheck", "/usr/bin/shellcheck", Deno.uid() === 0 && await has("apt-get"));

describe("the workflows", { skip }, () => {
  it("are test, train, retrain and deploy", () => {
    expect(WORKFLOWS.map((path) => basename(path))).toEqual(["deploy.yml", "retrain.yml", "test.yml", "train.yml"]);
  });

  it(
    "are clean for actionlint, which does complain of a broken one",
    { skip: noActionlint !== undefined },
    async () => {
      expect(await complaints(actionlint, WORKFLOWS)).toBe("");
      const path = await Deno.makeTempFile({ suffix: ".yml" });
      await Deno.writeTextFile(
        path,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ inputs.x.y }}\n        needs: b\n",
      );
      expect(await complaints(actionlint, [path])).toContain("unexpected key");
      await Deno.remove(path);
    },
  );

  it("run nothing but jobs that deno task runs here too, and every one of those", async () => {
    const called = new Set<string>();
    for (const path of WORKFLOWS) {
      for (const [, job] of (await text(path)).matchAll(/deno task ci:(\w+)/g)) called.add(job!);
    }
    expect([...called].sort()).toEqual(Object.keys(JOBS).sort());
    const { tasks } = JSON.parse(await text("deno.json")) as { tasks: Record<string, { command: string }> };
    for (const job of Object.keys(JOBS)) expect(tasks[`ci:${job}`]?.command).toBe(`deno run -A tasks/ci.ts ${job}`);
    for (const [job, { steps }] of Object.entries(JOBS)) {
      for (const { command: [program, , task] } of steps) {
        if (program === "deno") expect([job, task, task! in tasks]).toEqual([job, task, true]);
      }
    }
  });

  it("grant no permission that they do not name", async () => {
    for (const path of WORKFLOWS) expect(parse(await text(path)).permissions).toEqual({ contents: "read" });
  });
});

describe("the shell scripts", () => {
  it("are clean for shellcheck", { skip: noShellcheck !== undefined }, async () => {
    const scripts = [
      ".ci/run",
      ...files(".github", /\.sh$/),
      ...["docker", "aws", "spaces"].flatMap((folder) => files(`deploy/${folder}`, /\.sh$/)),
    ];
    expect(scripts.length).toBeGreaterThanOrEqual(7);
    expect(await complaints("/usr/bin/shellcheck", scripts)).toBe("");
  });
});

describe("deploy/aws", { skip }, () => {
  it("is accepted by AWS's own description of its API, and by a server that speaks it", async () => {
    const found = await python<Record<string, unknown>>(new URL("check_aws.py", import.meta.url), [
      join(PROJECT, "deploy/aws"),
    ]);
    expect(found).toMatchObject({
      "task-api.json": "shelfcast-api:1",
      "task-train.json": "shelfcast-train:1",
      "schedule-retrain.json": expect.stringContaining("schedule/default/shelfcast-retrain"),
      "alarm-errors.json": "shelfcast-errors",
      "bucket-lifecycle.json": 3,
      refused: expect.stringContaining("containerDefinitions"),
    });
  });

  it("rollout.sh fills in every variable, and stops where one is not set", async () => {
    const env = {
      AWS_ACCOUNT: "123456789012",
      AWS_REGION: "eu-central-1",
      ECS_CLUSTER: "shop",
      REGISTRY: "registry.example",
      TAG: "1.2.0",
      EFS_ID: "fs-1",
      EFS_ACCESS_POINT: "fsap-1",
      DRY_RUN: "1",
    };
    const rollout = (variables: Readonly<Record<string, string>>) =>
      new Deno.Command("bash", { args: ["deploy/aws/rollout.sh"], cwd: PROJECT, env: variables }).output();
    const done = await rollout(env), printed = new TextDecoder().decode(done.stdout);
    expect(done.code).toBe(0);
    expect(printed).toContain("registry.example/shelfcast-api:1.2.0");
    expect(printed).not.toContain("${");
    expect((await rollout({ ...env, EFS_ID: "" })).code).not.toBe(0);
  });
});
