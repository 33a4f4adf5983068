/**
 * Notebooks as files: their cells, what every one of them must have, and their code as one module.
 *
 * @module
 */
import { basename } from "node:path";

/** One cell; code cells are counted from 1, as a reader counts them. */
export interface Cell {
  readonly kind: "code" | "markdown";
  readonly source: string;
  /** 0 for prose. */
  readonly number: number;
}

/** A notebook, read. */
export interface Notebook {
  readonly path: string;
  /** `02_explore` */
  readonly name: string;
  /** Its main heading, and the promise below it. */
  readonly title: string;
  readonly promise: string;
  readonly cells: readonly Cell[];
  /** What keeps it from being committed, in sentences. */
  readonly problems: readonly string[];
}

interface RawNotebook {
  readonly cells?: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
    readonly outputs?: readonly unknown[];
    readonly execution_count?: number | null;
  }[];
  readonly metadata?: { readonly kernelspec?: { readonly name?: string } };
}

/** Reads the notebooks of a folder in the order of their names; `only` keeps those whose name starts with it. */
export async function readNotebooks(folder: string, only?: string): Promise<Notebook[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".ipynb") && (only === undefined || name.startsWith(only))) names.push(name);
  }
  return await Promise.all(
    names.sort().map(async (name) => parse(`${folder}/${name}`, await Deno.readTextFile(`${folder}/${name}`))),
  );
}

/**
 * Reads a notebook's text.
 *
 * @throws {SyntaxError} If it is not a notebook; names the file.
 */
export function parse(path: string, text: string): Notebook {
  const raw = readJson(path, text);
  let number = 0;
  const cells = (raw.cells ?? []).map(({ cell_type, source }): Cell => ({
    kind: cell_type === "code" ? "code" : "markdown",
    source: typeof source === "string" ? source : source.join(""),
    number: cell_type === "code" ? ++number : 0,
  }));
  const first = cells[0]?.source ?? "";
  const title = /^# (.+)$/m.exec(first)?.[1] ?? "", promise = promiseOf(first);
  return {
    path,
    name: basename(path, ".ipynb"),
    title,
    promise,
    cells,
    problems: problemsOf(raw, cells, title, promise),
  };
}

function readJson(path: string, text: string): RawNotebook {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the notebook ${path} as it is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray((raw as RawNotebook | null)?.cells)) {
    throw new SyntaxError(`Cannot read the notebook ${path} as it has no list of cells: save it in the format 4`);
  }
  return raw as RawNotebook;
}

/** The quotation below the heading, as one line: a formatter breaks long ones. */
function promiseOf(first: string): string {
  const lines = first.split("\n"), from = lines.findIndex((line) => line.startsWith("> "));
  if (from < 0) return "";
  const after = lines.slice(from).findIndex((line) => !line.startsWith("> "));
  return lines.slice(from, after < 0 ? undefined : from + after).map((line) => line.slice(2).trim()).join(" ");
}

function problemsOf(raw: RawNotebook, cells: readonly Cell[], title: string, promise: string): string[] {
  const code = cells.filter(({ kind }) => kind === "code"), last = cells.at(-1);
  const ran = (raw.cells ?? []).some(({ outputs, execution_count }) =>
    (outputs?.length ?? 0) > 0 || (execution_count ?? null) !== null
  );
  return [
    ...(ran
      ? ["It holds outputs or execution counts: clear them (Edit, Clear Outputs of All Cells) before committing"]
      : []),
    ...(title === "" ? ["Its first cell must be a heading of level 1"] : []),
    ...(promise === "" ? ["Below the heading there must be a promise in one sentence, whose lines begin with >"] : []),
    ...(raw.metadata?.kernelspec?.name === "deno" ? [] : ["Its kernel must be deno"]),
    ...(code.length === 0 ? ["It has no code"] : []),
    ...(last?.kind === "code" && last.source.includes("expect(") ? [] : ["Its last cell must assert what was shown"]),
  ];
}

/** The code of a notebook as one module, and the way back from its lines to cells. */
export interface NotebookModule {
  readonly text: string;
  /** Which cell a line of the module (from 1) belongs to, and the line in that cell. */
  placeOf(line: number): { readonly cell: number; readonly line: number };
}

/**
 * Lays the code cells of a notebook out as one module.
 *
 * @param before A line that goes before each cell: `cell(3);` to tell how far a run is.
 */
export function moduleOf({ cells }: Notebook, before?: (cell: number) => string): NotebookModule {
  const lines: string[] = [], places: { cell: number; line: number }[] = [];
  for (const { kind, number, source } of cells) {
    if (kind !== "code") continue;
    if (before !== undefined) {
      lines.push(before(number));
      places.push({ cell: number, line: 1 });
    }
    const own = source.split("\n");
    // The value of a cell's last line is shown by a notebook; in a module it needs an end.
    own[own.length - 1] += /[;}]\s*$/.test(own.at(-1)!) ? "" : ";";
    own.forEach((line, k) => {
      lines.push(line);
      places.push({ cell: number, line: k + 1 });
    });
  }
  return {
    text: `${lines.join("\n")}\n`,
    placeOf: (line) => places[line - 1] ?? { cell: 0, line },
  };
}
