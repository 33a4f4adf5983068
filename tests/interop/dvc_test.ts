import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { dvcAdd, dvcCommit, dvcPull, dvcPush, dvcStatus, openDvc, openRemote } from "@/stores/mod.ts";
import { INTEROP_BIN, interopMissing } from "../support/python.ts";

const missing = interopMissing() || (await exists(join(INTEROP_BIN, "dvc")) ? false : "DVC is not in .venv-interop");

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Two folders of one team: a project, and a copy of what git would carry to a second machine. */
class Project implements AsyncDisposable {
  private constructor(readonly folder: string, readonly root: string) {}

  static async make(): Promise<Project> {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast dvc " });
    const project = new Project(folder, join(folder, "project"));
    await project.write("data/sales.csv", "store,sales\n1,3\n");
    await project.write("data/raw/train.csv", "a\n");
    await project.write("data/raw/sub.txt", "b\n");
    await project.write("data/raw/sub/straße.csv", "c\n");
    await project.write("data/raw/sub/empty.csv", "");
    return project;
  }

  async write(path: string, text: string): Promise<void> {
    await Deno.mkdir(join(this.root, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(this.root, path), text);
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(join(this.root, path));
  }

  open() {
    return openDvc(this.root);
  }

  /** Runs the real tool. */
  async dvc(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(join(INTEROP_BIN, "dvc"), {
      args,
      cwd: this.root,
      env: { ...KEYS, DVC_NO_ANALYTICS: "1", CORE_ANALYTICS: "false", PATH: `${INTEROP_BIN}:${Deno.env.get("PATH")}` },
    }).output();
    const said = new TextDecoder().decode(stdout);
    if (!success) throw new Error(`dvc ${args.join(" ")} failed:\n${said}${new TextDecoder().decode(stderr)}`);
    return said;
  }

  /** What the real tool and ours say of the project: the same. */
  async status(): Promise<unknown> {
    const theirs = JSON.parse(await this.dvc("status", "--json"));
    expect(await dvcStatus(await this.open())).toEqual(theirs);
    return theirs;
  }

  /** A second machine: the same files, without data and cache. */
  async elsewhere(): Promise<Project> {
    const other = new Project(this.folder, join(this.folder, "elsewhere"));
    await Deno.remove(other.root, { recursive: true }).catch(() => {});
    for (const path of ["data/sales.csv.dvc", "data/raw.dvc", ".dvc/config"]) {
      await other.write(path, await this.read(path));
    }
    return other;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const KEYS = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing", AWS_DEFAULT_REGION: "us-east-1" };
const env = (name: string) => (KEYS as Record<string, string>)[name];

/** S3 on this machine, by moto. */
async function startS3(): Promise<{ url: string } & AsyncDisposable> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const server = new Deno.Command(join(INTEROP_BIN, "moto_server"), {
    args: ["-H", "127.0.0.1", "-p", String(port)],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0;; tries++) {
    const answer = await fetch(`${url}/dvc`, { method: "PUT" }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) break;
    if (tries > 100) throw new Error("moto_server does not answer");
    await new Promise((done) => setTimeout(done, 200));
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.kill("SIGTERM");
      await server.status;
    },
  };
}

const CONTENT = ["data/sales.csv", "data/raw/train.csv", "data/raw/sub/straße.csv", "data/raw/sub/empty.csv"];

describe("the real DVC", { skip: missing }, () => {
  it("finds what we added as it would have added it itself", async () => {
    await using project = await Project.make();
    for (const path of ["data/sales.csv", "data/raw"]) await dvcAdd(await project.open(), path);
    expect(await project.status()).toEqual({});
    const files = ["data/sales.csv.dvc", "data/raw.dvc"];
    const ours = await Promise.all(files.map((file) => project.read(file)));
    for (const file of files) await Deno.remove(join(project.root, file));
    await project.dvc("add", "data/sales.csv", "data/raw");
    expect(await Promise.all(files.map((file) => project.read(file)))).toEqual(ours);
  });

  it("says the same of changed, deleted and lost files", async () => {
    await using project = await Project.make();
    for (const path of ["data/sales.csv", "data/raw"]) await dvcAdd(await project.open(), path);
    await project.write("data/raw/new.csv", "d\n");
    await Deno.remove(join(project.root, "data/sales.csv"));
    expect(await project.status()).toEqual({
      "data/raw.dvc": [{ "changed outs": { "data/raw": "modified" } }],
      "data/sales.csv.dvc": [{ "changed outs": { "data/sales.csv": "deleted" } }],
    });
    await project.dvc("checkout", "--force");
    expect(await project.status()).toEqual({});
    expect(await project.read("data/sales.csv")).toBe("store,sales\n1,3\n");
    await Deno.remove(join(project.root, ".dvc/cache"), { recursive: true });
    expect(await project.status()).toEqual({
      "data/raw.dvc": [{ "changed outs": { "data/raw": "not in cache" } }],
      "data/sales.csv.dvc": [{ "changed outs": { "data/sales.csv": "not in cache" } }],
    });
  });

  for (const [kind, ours] of [["folder", true], ["folder", false], ["S3", true], ["S3", false]] as const) {
    it(`${ours ? "pulls what we pushed" : "pushes what we pull"}, by a remote in ${kind === "S3" ? "S3" : "a folder"}`, async () => {
      await using project = await Project.make();
      await using s3 = kind === "S3" ? await startS3() : undefined;
      const url = s3 === undefined ? join(project.folder, "remote storage") : "s3://dvc/team";
      for (const path of ["data/sales.csv", "data/raw"]) await dvcAdd(await project.open(), path);
      const endpoint = s3 === undefined ? "" : `    endpointurl = ${s3.url}\n`;
      await project.write(
        ".dvc/config",
        `[core]\n    no_scm = True\n    remote = storage\n['remote "storage"']\n    url = ${url}\n${endpoint}`,
      );
      const other = await project.elsewhere();
      if (ours) {
        const dvc = await project.open();
        expect(await dvcPush(dvc, openRemote(dvc, undefined, env))).toEqual({ copied: 6, had: 0 });
        expect(await dvcPush(dvc, openRemote(dvc, "storage", env))).toEqual({ copied: 0, had: 6 });
        await other.dvc("pull");
      } else {
        await project.dvc("push");
        const dvc = await other.open();
        await dvcPull(dvc, openRemote(dvc, undefined, env));
      }
      for (const path of CONTENT) expect(await other.read(path)).toBe(await project.read(path));
      expect(await other.status()).toEqual({});
    });
  }

  it("reads the stages of this project", async () => {
    await using project = await Project.make();
    await project.open();
    for (const path of ["dvc.yaml", "tasks/params.yaml"]) {
      await project.write(path, await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));
    }
    const names = (await project.dvc("stage", "list", "--name-only")).trim().split("\n");
    expect(names).toEqual(["ingest", "validate", "featurize", "leakcheck", "train", "evaluate"]);
    expect(Object.keys(await project.status() as object)).toEqual(names);
  });

  it("runs this project's first stages, and then has nothing to do", async () => {
    await using project = await Project.make();
    await project.open();
    const repository = new URL("../../", import.meta.url);
    const text = await Deno.readTextFile(new URL("dvc.yaml", repository));
    const params = await Deno.readTextFile(new URL("tests/support/fast_params.yaml", repository));
    await project.write("tasks/params.yaml", params.replace(/series: 6, steps: 420/, "series: 4, steps: 300"));
    for (const code of ["src/datasets", "src/features", "src/models", "src/evaluation", "expectations"]) {
      await project.write(`${code}/code`, "stands for the code\n");
    }
    const task = (_: string, name: string) =>
      `${Deno.execPath()} run -A '${fileURLToPath(new URL(`tasks/${name}.ts`, repository))}' --workdir . ` +
      `--params tasks/params.yaml`;
    await project.write("dvc.yaml", text.replaceAll(/deno task (\w+)/g, task));
    await project.status();
    await project.dvc("repro", "leakcheck");
    const open = await project.status() as object;
    expect(Object.keys(open)).toEqual(["train", "evaluate"]);
    expect(await project.dvc("repro", "leakcheck")).not.toContain("Running stage");
  });

  it("repeats nothing of what we recorded in dvc.lock, and writes the same lock itself", async () => {
    await using project = await Project.make();
    await project.open();
    await project.write("params.yaml", "train:\n  seed: 3\n  rate: 0.5\n");
    await project.write("work/make.ts", 'await Deno.copyFile("../data/sales.csv", "out.csv");\n');
    await project.write("work/out.csv", await project.read("data/sales.csv"));
    await project.write("score.json", "{}\n");
    await project.write(
      "dvc.yaml",
      "stages:\n  make:\n    cmd: deno run -A make.ts\n    wdir: work\n    deps:\n    - make.ts\n    - ../data/sales.csv\n" +
        "    outs:\n    - out.csv\n  score:\n    cmd:\n    - echo 1\n    - echo 2\n    deps:\n    - data/raw\n    params:\n" +
        "    - train.seed\n    - train.rate\n    metrics:\n    - score.json:\n        cache: false\n",
    );
    await expect(dvcCommit(await project.open(), ["fit"])).rejects.toThrow("it has make, score");
    expect(await dvcCommit(await project.open())).toEqual(["make", "score"]);
    expect(await project.status()).toEqual({});
    expect(await project.dvc("repro")).not.toContain("Running stage");
    const ours = await project.read("dvc.lock");
    await Deno.remove(join(project.root, "dvc.lock"));
    await project.dvc("commit", "--force");
    expect(ours).toBe(await project.read("dvc.lock"));
  });

  it("repeats a stage whose command is a Deno program, and agrees with us on what is stale", async () => {
    await using project = await Project.make();
    await project.open();
    await project.write("params.yaml", "train:\n  seed: 3\n");
    await project.write("make.ts", 'await Deno.writeTextFile("out.csv", await Deno.readTextFile("data/sales.csv"));\n');
    const stage = (more: string) =>
      "vars:\n- name: out\nstages:\n  make:\n    cmd: deno run -A make.ts" + more +
      "\n    deps:\n    - data/sales.csv\n    - make.ts\n    params:\n    - train.seed\n    outs:\n    - ${name}.csv\n";
    await project.write("dvc.yaml", stage(""));
    await project.status();
    await project.dvc("repro");
    expect(await project.status()).toEqual({});
    await project.write("params.yaml", "train:\n  seed: 4\n");
    await project.write("data/sales.csv", "changed\n");
    await project.write("dvc.yaml", stage(" --quiet"));
    expect(await project.status()).toEqual({
      make: [
        { "changed deps": { "data/sales.csv": "modified", "params.yaml": { "train.seed": "modified" } } },
        "changed command",
      ],
    });
  });
});
