/**
 * Line coverage by file: what the tests ran, and what they never loaded.
 *
 * @module
 */
import { relative } from "node:path";

/** One file's lines of code, and how many of them tests ran. */
export interface FileCoverage {
  /** Relative to the project. */
  readonly path: string;
  readonly lines: number;
  readonly hit: number;
  /** Whether any test loaded it. */
  readonly imported: boolean;
}

/** Reads a report in lcov's format: path relative to the root → its coverage. */
export function readLcov(text: string, root: string): Map<string, FileCoverage> {
  const files = new Map<string, FileCoverage>();
  for (const record of text.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (file === undefined) continue;
    const counts = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map(([, count]) => Number(count));
    const path = relative(root, file).replaceAll("\\", "/");
    files.set(path, { path, lines: counts.length, hit: counts.filter((count) => count > 0).length, imported: true });
  }
  return files;
}

/**
 * How many lines of a file are code that runs: neither empty, nor comment, nor types, imports and tables of contents, which
 * vanish when TypeScript becomes JavaScript.
 */
export function codeLines(text: string): number {
  const bare = text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^import\b[^;]*;/gm, "")
    .replaceAll(/^export (?:type )?(?:\*|\{[^}]*\})[^;]*;/gm, "")
    .replaceAll(/^(?:export )?interface [\s\S]*?^\}/gm, "")
    .replaceAll(/^(?:export )?type [\s\S]*?;$/gm, "");
  return bare.split("\n").filter((line) => /\S/.test(line) && !/^\s*\/\//.test(line)).length;
}

/** The share of lines that were run, in percent; 100 where there is nothing to run. */
export function shareOf(files: readonly Pick<FileCoverage, "lines" | "hit">[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  return lines === 0 ? 100 : 100 * files.reduce((sum, { hit }) => sum + hit, 0) / lines;
}

/** The same by room: `src/models`. */
export function roomsOf(files: readonly FileCoverage[]): { room: string; lines: number; share: number }[] {
  const rooms = Object.groupBy(files, ({ path }) => path.split("/").slice(0, 2).join("/"));
  return Object.entries(rooms).map(([room, own = []]) => ({
    room,
    lines: own.reduce((sum, { lines }) => sum + lines, 0),
    share: shareOf(own),
  }));
}
