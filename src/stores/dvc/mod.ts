/**
 * DVC's files, cache and remotes: what `dvc` writes is read, and what is written here `dvc` reads.
 *
 * @module
 */
export { type DvcProject, openDvc } from "@/stores/dvc/config.ts";
export * from "@/stores/dvc/dvc_add.ts";
export * from "@/stores/dvc/dvc_commit.ts";
export * from "@/stores/dvc/dvc_status.ts";
export * from "@/stores/dvc/dvc_transfer.ts";
export { filesUnder, type Hashed, hashPath, type TreeEntry, treeText } from "@/stores/dvc/file_hash.ts";
export { type DvcOutput, type DvcStage, dvcStages } from "@/stores/dvc/outputs.ts";
export * from "@/stores/dvc/remote.ts";
