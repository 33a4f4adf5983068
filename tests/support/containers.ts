/**
 * Real container images for tests: built with buildah, run with podman.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Said } from "../../tasks/support/images/engine.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAMS = ["buildah", "debootstrap", "podman", "runc"];

/** What the images are built on where no registry can be reached. */
export const BASE = "localhost/shelfcast-debian:bookworm";

/** Runs a program in the project's folder. */
export async function run(program: string, args: readonly string[]): Promise<Said> {
  const env = { NO_COLOR: "1", BUILDAH_ISOLATION: "chroot" };
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: PROJECT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a program that must succeed, and returns what it printed. */
export async function mustRun(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with exit code ${code}:\n${stderr.slice(-4_000)}`);
  }
  return stdout.trim();
}

/**
 * Why containers cannot be built and run here; undefined where they can. Where `.ci/run` could have installed the programs
 * (CI=true, root, apt), a missing one is a failure: a test that nobody runs proves nothing.
 */
export async function withoutContainers(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "skipped: containers are built as root on Linux";
  const missing: string[] = [];
  for (const program of PROGRAMS) {
    const { code } = await run("sh", ["-c", `command -v ${program}`]);
    if (code !== 0) missing.push(program);
  }
  if (missing.length === 0) {
    // What a container is made of; a machine that is a container itself may not allow it.
    const { code, stderr } = await run("unshare", ["--mount", "--pid", "--fork", "true"]);
    return code === 0 ? undefined : `skipped: no containers within this machine (${stderr.trim()})`;
  }
  const reason = `${missing.join(", ")} not installed (Debian: apt-get install ${missing.join(" ")})`;
  if (Deno.env.get("CI") === "true") throw new Error(`Cannot test the images: ${reason}`);
  return `skipped: ${reason}`;
}

/** Makes the base image once for this machine. */
export async function makeBase(): Promise<void> {
  if ((await run("buildah", ["inspect", "--type", "image", BASE])).code === 0) return;
  await mustRun("sh", ["deploy/docker/base.sh", BASE]);
}

/** The arguments of `podman run` with a read-only root; limits are those that this machine may set. */
export const READ_ONLY: readonly string[] = [
  ...["--runtime", "runc", "run", "--read-only", "--tmpfs", "/tmp", "--network", "host", "--cap-drop", "all"],
  ...[
    "--ulimit",
    "nofile=4096:4096",
    "--ulimit",
    "nproc=4096:4096",
    "--no-healthcheck",
    "--security-opt",
    "no-new-privileges",
  ],
];

/** Gives a folder to the user of the images. */
export async function giveToImageUser(folder: string): Promise<void> {
  await mustRun("chown", ["-R", "10001:10001", folder]);
}
