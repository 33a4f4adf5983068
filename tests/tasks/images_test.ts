import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { bytesOf, ENGINES, findEngine, type ImagePlan, type Said } from "../../tasks/support/images/engine.ts";

const plan: ImagePlan = {
  name: "shelfcast-api",
  tag: "1",
  file: "deploy/docker/Dockerfile.api",
  args: { REVISION: "abc" },
  ca: "/ca.crt",
};
const machine = (working: readonly string[]) => (program: string): Promise<Said> =>
  Promise.resolve(
    working.includes(program)
      ? { code: 0, stdout: "", stderr: "" }
      : { code: 1, stdout: "", stderr: `${program}: no daemon` },
  );

describe("the image of the server", () => {
  it("gives V8 the flags that `deno task serve` gives it", async () => {
    const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
    const flags = (text: string) => /--v8-flags=[^\s"]+/.exec(text)?.[0];
    const image = flags(await Deno.readTextFile("deploy/docker/Dockerfile.api"));
    expect(image).toContain("--max-semi-space-size");
    expect(image).toBe(flags(tasks.serve.command));
  });
});

describe("the image for training", () => {
  it("has every package that a task loads when it starts", async () => {
    const pruned = [...(await Deno.readTextFile("deploy/docker/prune.sh")).matchAll(/\.deno\/([^\s\\]+)/g)].map((
      [, name],
    ) =>
      // `.deno/@jest+*` are the packages of @jest, `.deno/jest-*` those that begin so, `.deno/expect@*` is one package.
      name!.replace("+*", "/").replace(/@?\*.*$/, (end) => end.startsWith("@") ? "@" : "")
    );
    expect(pruned).toContain("playwright-core@");
    const tasks = (await Array.fromAsync(Deno.readDir("tasks"))).map(({ name }) => name).filter((name) =>
      name.endsWith(".ts")
    );
    const loaded = await Promise.all(tasks.map(loadedAtStart));
    expect(loaded.flat().filter((name) => name.startsWith("nodejs-polars@")).length).toBeGreaterThan(0);
    expect(loaded.flat().filter((name) => pruned.some((start) => name.startsWith(start)))).toEqual([]);
  });
});

/** The npm packages (`name@version`) that the modules of a task import, without those that they ask for later. */
async function loadedAtStart(task: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", `tasks/${task}`] }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[] }[];
  };
  const imported = modules.flatMap(({ dependencies = [] }) => dependencies).filter(({ isDynamic }) => !isDynamic);
  return imported.flatMap(({ code }) => /^npm:\/?([^/]+(?:\/[^/@]+)?@[^/]+)/.exec(code?.specifier ?? "")?.[1] ?? []);
}

describe("the engine that builds images", () => {
  it("is the first of docker, podman and buildah that works, not the first that is installed", async () => {
    expect((await findEngine({ run: machine(["docker", "podman"]) })).name).toBe("docker");
    expect((await findEngine({ run: machine(["buildah", "podman"]) })).name).toBe("podman");
    expect((await findEngine({ run: machine(["buildah"]) })).name).toBe("buildah");
  });

  it("is named when none works, each with what it said", async () => {
    await expect(findEngine({ run: machine([]) })).rejects.toThrow(
      "Tried docker: docker: no daemon; podman: podman: no daemon; buildah: buildah: no daemon",
    );
    await expect(findEngine({ asked: "kaniko", run: machine([]) })).rejects.toThrow("expected docker, podman, buildah");
  });

  it("is told the file, the tag, the arguments and the certificates", () => {
    for (const engine of ENGINES) {
      const args = engine.build(plan).join(" ");
      expect(args).toContain("--file deploy/docker/Dockerfile.api --tag shelfcast-api:1 --build-arg REVISION=abc");
      expect(args).toMatch(/--secret id=ca,src=\/ca\.crt \.$/);
    }
  });

  it("pushes under the registry's name", () => {
    for (const engine of ENGINES) {
      expect(engine.push("shelfcast-api:1", "registry.example/me/shelfcast-api:1").at(-1)!.join(" "))
        .toMatch(/^push .*registry\.example\/me\/shelfcast-api:1$/);
    }
  });

  it("tells sizes in bytes, whatever it prints", () => {
    const printed = { docker: "505000000\n", podman: "505000000\n", buildah: '[{"size": "505 MB"}]' };
    for (const engine of ENGINES) expect(engine.readBytes(printed[engine.name as keyof typeof printed])).toBe(505e6);
    expect(bytesOf("1.02 GB")).toBe(1.02e9);
    expect(() => bytesOf("large")).toThrow("Cannot read a size");
  });
});
