/**
 * What a person sees while a task runs: results on stdout, everything else on stderr.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- this is the one place that talks to the terminal
import process from "node:process";
import { Presets, SingleBar } from "cli-progress";
import type { Finding } from "@/core/check.ts";
import type { Progress } from "@/core/source.ts";
import type { ProgressBar } from "@/pipeline/context.ts";

const isTerminal = Deno.stderr.isTerminal();

/** What is worked on, as the terminal's last line shows it. */
let stage = "";

/** Shows what is worked on, or clears that line. A file or a pipe gets none of it. */
function showStage(name: string): void {
  if (isTerminal && (name !== "" || stage !== "")) process.stderr.write(`\r\x1b[2K${stageLine(name, columns())}`);
  stage = name;
}

/** The terminal of this process. */
export const terminal = {
  /** Prints a result on stdout. */
  print(text: string): void {
    showStage("");
    console.log(text);
  },
  /** Tells something on the way, on stderr. */
  say(text: string): void {
    const now = stage;
    showStage("");
    console.error(text);
    showStage(now);
  },
  /** Shows what is worked on until something else is told. */
  stage: showStage,
  progress: (title: string): ProgressBar => isTerminal ? liveBar(title) : plainBar(title),
  /** Shows downloads as one bar per file. */
  download(): (progress: Progress) => void {
    const bars = new Map<string, ProgressBar>();
    return ({ file, done, total }) => {
      let bar = bars.get(file);
      if (!bar) bars.set(file, bar = terminal.progress(`download ${file}`));
      bar.update(done, total ?? done, `${(done / 1e6).toFixed(1)} MB`);
      if (total !== undefined && done >= total) bar.end();
    };
  },
};

/** Columns of the terminal on stderr; one that knows no size says 0. */
const columns = (): number => process.stderr.columns || 80;

/** How wide a bar may be, so that its title, time and note fit into the line beside it. */
export function barWidth(columns: number): number {
  return Math.min(40, Math.max(8, columns - 56));
}

/** What is worked on, in one line of the terminal; a line that wraps could not be cleared. */
export function stageLine(name: string, columns: number): string {
  if (name === "") return "";
  return name.length + 2 < columns ? `${name} …` : `${name.slice(0, Math.max(0, columns - 3))} …`;
}

/** Words with commas between them, in lines of 80 columns. */
export function wrapped(words: readonly string[]): string {
  const lines = [""];
  for (const [k, word] of words.entries()) {
    const piece = k < words.length - 1 ? `${word},` : word, last = lines.at(-1)!;
    if (last === "") lines[lines.length - 1] = piece;
    else if (last.length + 1 + piece.length <= 80) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines.join("\n");
}

function liveBar(title: string): ProgressBar {
  const format = `${title.padEnd(26)} {bar} {percentage} % {duration_formatted} {note}`;
  const look = { format, barsize: barWidth(columns()), clearOnComplete: true, hideCursor: true };
  const bar = new SingleBar({ ...look, stream: process.stderr }, Presets.rect);
  let started = false;
  return {
    update(done, total, note = "") {
      if (!started) bar.start(total, done, { note });
      else bar.update(done, { note });
      started = true;
    },
    end() {
      if (started) bar.stop();
      started = false;
      showStage(stage);
    },
  };
}

/** Without a terminal, a quarter of the way is worth a line: a log file is not an animation. */
function plainBar(title: string): ProgressBar {
  let quarter = 0;
  return {
    update(done, total, note = "") {
      const now = Math.floor(4 * done / Math.max(1, total));
      if (now <= quarter) return;
      quarter = now;
      console.error(`${title}: ${now * 25} % ${note}`.trimEnd());
    },
    end() {},
  };
}

/** The failed findings as an aligned table, critical ones first. */
export function findingsTable(findings: readonly Finding[]): string {
  const failed = findings.filter(({ passed }) => !passed)
    .toSorted((a, b) => a.severity.localeCompare(b.severity));
  return table(
    ["severity", "table", "column", "check", "wanted", "observed"],
    failed.map((f) => {
      const check = f.slice === undefined ? f.check : `${f.check} (${f.slice})`;
      return [f.severity, f.table ?? "", f.column ?? "", check, f.wanted, String(f.observed)];
    }),
  );
}

/** Lays rows out as aligned columns; columns whose cells are all numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map((_, k) =>
    rows.length > 0 && rows.every((row) => /^[-–−+]?[\d.,]*( %)?$/.test(row[k] ?? ""))
  );
  const widths = head.map((name, k) => Math.max(name.length, ...rows.map((row) => (row[k] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, k) => numeric[k] ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)).join("  ").trimEnd();
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
