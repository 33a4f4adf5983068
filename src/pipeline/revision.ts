/**
 * Which code made an artefact.
 *
 * @module
 */
import type { LocalStore } from "@/core/store.ts";

/** What an image says of the checkout that it was built from: the commit, and `-dirty` where there were changes. */
const STAMP = /^([0-9a-f]{40})(-dirty)?$/;

/**
 * The git revision of the project and whether it had changes, as MLflow's tags. A container image has no checkout: there
 * the file `REVISION` tells it. Empty where neither does.
 *
 * Requires `--allow-run=git`.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { revision } from "@/pipeline/revision.ts";
 * import { directoryStore } from "@/stores/mod.ts";
 *
 * const image = directoryStore(await Deno.makeTempDir());
 * expect(await revision(image)).toEqual({});
 * await image.put("REVISION", `${"a".repeat(40)}-dirty`);
 * expect(await revision(image)).toEqual({ "mlflow.source.git.commit": "a".repeat(40), "shelfcast.dirty": "true" });
 * ```
 */
export async function revision(project: LocalStore): Promise<Readonly<Record<string, string>>> {
  const commit = await git(project, ["rev-parse", "HEAD"]);
  if (commit === undefined) {
    const stamp = await project.get("REVISION");
    const [, built, dirty] = STAMP.exec(new TextDecoder().decode(stamp).trim()) ?? [];
    return built === undefined ? {} : tags(built, dirty !== undefined);
  }
  const changes = await git(project, ["status", "--porcelain", "--untracked-files=no"]);
  return tags(commit, changes !== "");
}

function tags(commit: string, dirty: boolean): Readonly<Record<string, string>> {
  return { "mlflow.source.git.commit": commit, "shelfcast.dirty": String(dirty) };
}

async function git(project: LocalStore, args: readonly string[]): Promise<string | undefined> {
  try {
    const command = new Deno.Command("git", { args: ["-C", project.location, ...args], stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined; // git is not installed: the run is recorded without a revision
  }
}
