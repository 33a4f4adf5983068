/**
 * The programs that build images: docker, podman and buildah, whichever works here.
 *
 * @module
 */
import { ParamsError } from "@/core/errors.ts";

/** What to build. */
export interface ImagePlan {
  /** The image's name: `shelfcast-api`. */
  readonly name: string;
  readonly tag: string;
  /** The Dockerfile, relative to the project. */
  readonly file: string;
  /** Build arguments by name. */
  readonly args: Readonly<Record<string, string>>;
  /** A file of certificates that downloads during the build trust. */
  readonly ca?: string;
}

/** A program that builds images. */
export interface Engine {
  readonly name: string;
  /** Its arguments to find out whether it works here: a client without its daemon does not. */
  readonly probe: readonly string[];
  /** Its arguments to build an image. */
  build(plan: ImagePlan): readonly string[];
  /** Its arguments to print an image's size in bytes. */
  size(image: string): readonly string[];
  readBytes(printed: string): number;
  /** What it must be told to push an image to another name, command by command. */
  push(image: string, target: string): readonly (readonly string[])[];
}

const shared = ({ name, tag, file, args, ca }: ImagePlan): readonly string[] => [
  ...["--file", file, "--tag", `${name}:${tag}`],
  ...Object.entries(args).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]),
  ...ca === undefined ? [] : ["--secret", `id=ca,src=${ca}`],
  ".",
];

const tagged = (image: string, target: string) => [["tag", image, target], ["push", target]];
const inspected = (image: string) => ["image", "inspect", "--format", "{{.Size}}", image];

/** Every engine, in the order in which they are tried. An entry here is all that a new engine takes. */
export const ENGINES: readonly Engine[] = [
  {
    name: "docker",
    probe: ["info", "--format", "{{.ServerVersion}}"],
    build: (plan) => ["build", ...shared(plan)],
    size: inspected,
    readBytes: Number,
    push: tagged,
  },
  // Podman and buildah write OCI images by default, whose format has no health check.
  {
    name: "podman",
    probe: ["info", "--format", "{{.Version.Version}}"],
    build: (plan) => ["build", "--format", "docker", ...shared(plan)],
    size: inspected,
    readBytes: Number,
    push: tagged,
  },
  {
    name: "buildah",
    probe: ["info"],
    build: (plan) => ["build", "--format", "docker", "--layers", ...shared(plan)],
    size: (image) => ["images", "--json", image],
    readBytes: (printed) => bytesOf((JSON.parse(printed) as { size: string }[])[0]!.size),
    push: (image, target) => [["push", image, `docker://${target}`]],
  },
];

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/**
 * The bytes of a size such as `412 MB`, as buildah prints it.
 *
 * @throws {RangeError} If it is none.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { bytesOf } from "./engine.ts";
 *
 * expect(bytesOf("412 MB")).toBe(412_000_000);
 * ```
 */
export function bytesOf(text: string): number {
  const [, number, unit] = /^([\d.]+) ?([KMG]?B)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[(unit ?? "").toUpperCase()];
  if (factor === undefined) {
    throw new RangeError(`Cannot read a size: expected a number and B, KB, MB or GB: "${text}"`);
  }
  return Number(number) * factor;
}

/** What a program said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; one that is not installed says so with code 127. */
export type Run = (program: string, args: readonly string[]) => Promise<Said>;

/** Runs a program of this machine. */
export const runHere: Run = async (program, args) => {
  const decoder = new TextDecoder();
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { code: 127, stdout: "", stderr: "not installed" };
    throw error;
  }
};

/**
 * The first engine that works here, or the one that is asked for.
 *
 * @throws {ParamsError} If none does; tells what each of them said.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { findEngine } from "./engine.ts";
 *
 * const only = (program: string) => Promise.resolve({ code: program === "podman" ? 0 : 1, stdout: "", stderr: "no daemon" });
 * expect((await findEngine({ run: only })).name).toBe("podman");
 * await expect(findEngine({ asked: "docker", run: only })).rejects.toThrow("docker: no daemon");
 * ```
 */
export async function findEngine(
  { asked, run = runHere }: { readonly asked?: string; readonly run?: Run } = {},
): Promise<Engine> {
  const candidates = asked === undefined ? ENGINES : ENGINES.filter(({ name }) => name === asked);
  if (candidates.length === 0) {
    throw new ParamsError(`Cannot build with ${asked}: expected ${ENGINES.map(({ name }) => name).join(", ")}`);
  }
  const refusals: string[] = [];
  for (const engine of candidates) {
    const { code, stderr } = await run(engine.name, engine.probe);
    if (code === 0) return engine;
    refusals.push(`${engine.name}: ${stderr.trim().split("\n").at(-1) || `exit code ${code}`}`);
  }
  throw new ParamsError(`Cannot build images as no engine works here. Tried ${refusals.join("; ")}`);
}
