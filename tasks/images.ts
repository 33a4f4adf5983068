// Build the container images with the engine that is there.
import { isAbsolute, resolve } from "node:path";
import { ParamsError } from "@/core/errors.ts";
import { revision } from "@/pipeline/revision.ts";
import { main } from "./support/command.ts";
import { type Engine, findEngine, type ImagePlan, runHere } from "./support/images/engine.ts";
import { table, terminal } from "./support/terminal.ts";

/** The images, by the name after `Dockerfile.`. */
const IMAGES = ["api", "train", "mlflow"];

await main({
  name: "images",
  about: "Build the container images of deploy/docker with docker, podman or buildah, whichever works here.",
  example: "deno task images --only api,train --tag 1.2.0",
  flags: {
    only: { type: "string", value: "A,B", about: `some of ${IMAGES.join(", ")} (default: all)` },
    tag: { type: "string", value: "TAG", about: "the images' tag (default: latest)" },
    engine: { type: "string", value: "NAME", about: "docker, podman or buildah (default: the first that works)" },
    base: { type: "string", value: "IMAGE", about: "another base image than the Debian that the Dockerfiles name" },
    push: { type: "string", value: "REGISTRY", about: "push them there too: ghcr.io/me (sign in first)" },
    ca: { type: "string", value: "FILE", about: "certificates that downloads trust, where a proxy has its own" },
  },
  async run({ project }, values) {
    const text = (name: string) => values[name] === undefined ? undefined : String(values[name]);
    const names = text("only")?.split(",") ?? IMAGES;
    const unknown = names.find((name) => !IMAGES.includes(name));
    if (unknown !== undefined) {
      throw new ParamsError(`Cannot build the image "${unknown}": there are ${IMAGES.join(", ")}`);
    }
    const ca = text("ca"), base = text("base"), asked = text("engine"), registry = text("push")?.replace(/\/$/, "");
    const engine = await findEngine({ ...asked !== undefined && { asked } });
    const code = await revision(project);
    const commit = code["mlflow.source.git.commit"];
    const stamp = commit === undefined ? "" : `${commit}${code["shelfcast.dirty"] === "true" ? "-dirty" : ""}`;
    const built = [];
    for (const name of names) {
      const plan: ImagePlan = {
        name: `shelfcast-${name}`,
        tag: text("tag") ?? "latest",
        file: `deploy/docker/Dockerfile.${name}`,
        args: { REVISION: stamp, ...base !== undefined && { DEBIAN: base } },
        ...ca !== undefined && { ca: isAbsolute(ca) ? ca : resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), ca) },
      };
      const made = await build(engine, plan, project.location);
      if (registry !== undefined) await push(engine, made.image, `${registry}/${made.image}`);
      built.push(made);
    }
    const rows = built.map(({ image, bytes, seconds }) => [image, (bytes / 1e6).toFixed(0), seconds.toFixed(0)]);
    return {
      json: { engine: engine.name, revision: stamp, images: built },
      text: `${table(["image", "MB", "seconds"], rows)}\n\nbuilt with ${engine.name}`,
    };
  },
});

async function build(engine: Engine, plan: ImagePlan, folder: string) {
  const image = `${plan.name}:${plan.tag}`, started = performance.now();
  terminal.say(`${engine.name}: building ${image}`);
  // What the engine says is for people: stdout is for --json.
  const child = new Deno.Command(engine.name, {
    args: [...engine.build(plan)],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await child.stdout.pipeTo(Deno.stderr.writable, { preventClose: true });
  const { code } = await child.status;
  if (code !== 0) {
    throw new ParamsError(`Cannot build ${image}: ${engine.name} ended with exit code ${code}, see above`);
  }
  const size = await runHere(engine.name, engine.size(image));
  if (size.code !== 0) throw new ParamsError(`Cannot tell the size of ${image}: ${size.stderr.trim()}`);
  return { image, bytes: engine.readBytes(size.stdout), seconds: (performance.now() - started) / 1_000 };
}

async function push(engine: Engine, image: string, target: string): Promise<void> {
  terminal.say(`${engine.name}: pushing ${target}`);
  for (const args of engine.push(image, target)) {
    const { code, stderr } = await runHere(engine.name, args);
    if (code !== 0) throw new ParamsError(`Cannot push ${target}: ${stderr.trim().split("\n").at(-1)}`);
  }
}
