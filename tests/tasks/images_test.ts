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
