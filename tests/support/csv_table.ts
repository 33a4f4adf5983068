/**
 * CSV texts as tables of cells, for tests that spoil them in one place.
 *
 * @module
 */
import Papa from "papaparse";

/** A CSV file's header and rows, every cell as text. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** How a table is laid out as text. */
export interface CsvStyle {
  readonly newline?: "\n" | "\r\n" | "\r";
  /** Puts every cell in quotes, numbers too. */
  readonly quotes?: boolean;
}

/** Reads a CSV text, whatever its line ends. */
export function csvTable(text: string): CsvTable {
  const [header = [], ...rows] = Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
  return { header, rows };
}

/** Writes a table as CSV text. */
export function csvText({ header, rows }: CsvTable, { newline = "\n", quotes = false }: CsvStyle = {}): string {
  return Papa.unparse([[...header], ...rows.map((row) => [...row])], { newline, quotes }) + newline;
}

/** A table with one cell changed; rows count from 1, after the header. */
export function withCell(table: CsvTable, row: number, column: string, value: string): CsvTable {
  const at = columnAt(table, column);
  const rows = table.rows.map((cells, r) => r === row - 1 ? cells.map((cell, k) => k === at ? value : cell) : cells);
  return { ...table, rows };
}

/** A table whose values of a column are others. */
export function mapColumn(
  table: CsvTable,
  column: string,
  change: (value: string, row: Readonly<Record<string, string>>) => string,
): CsvTable {
  const at = columnAt(table, column);
  return {
    ...table,
    rows: table.rows.map((cells) => cells.map((cell, k) => k === at ? change(cell, record(table, cells)) : cell)),
  };
}

/** A table with only the rows that are wanted. */
export function onlyRows(table: CsvTable, wanted: (row: Readonly<Record<string, string>>) => boolean): CsvTable {
  return { ...table, rows: table.rows.filter((cells) => wanted(record(table, cells))) };
}

/** A table with its columns in the given order, which may leave some out. */
export function onlyColumns(table: CsvTable, names: readonly string[]): CsvTable {
  const at = names.map((name) => columnAt(table, name));
  return { header: names, rows: table.rows.map((cells) => at.map((k) => cells[k]!)) };
}

/** A column's values. */
export const cellsOf = (table: CsvTable, column: string): readonly string[] =>
  table.rows.map((cells) => cells[columnAt(table, column)]!);

function columnAt({ header }: CsvTable, column: string): number {
  const at = header.indexOf(column);
  if (at < 0) throw new RangeError(`Cannot find the column ${column}: there are ${header.join(", ")}`);
  return at;
}

function record({ header }: CsvTable, cells: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(cells.map((cell, k) => [header[k]!, cell]));
}
