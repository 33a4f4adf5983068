/**
 * Which code made an artefact.
 *
 * @module
 */
import type { LocalStore } from "@/core/store.ts";

/**
 * The git revision of the project and whether it had changes, as MLflow's tags; empty outside a checkout.
 *
 * Requires `--allow-run=git`.
 */
export async function revision(project: LocalStore): Promise<Readonly<Record<string, string>>> {
  const commit = await git(project, ["rev-parse", "HEAD"]);
  if (commit === undefined) return {};
  const changes = await git(project, ["status", "--porcelain", "--untracked-files=no"]);
  return { "mlflow.source.git.commit": commit, "shelfcast.dirty": String(changes !== "") };
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
