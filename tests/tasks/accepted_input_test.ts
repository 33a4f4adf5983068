import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync, strToU8, zipSync } from "fflate";
import { random } from "@/core/random.ts";
import { snapshot, taskDocument } from "../support/command_line.ts";
import { type CsvStyle, type CsvTable, csvTable, csvText, onlyColumns } from "../support/csv_table.ts";
import { rawFiles, workdir } from "../support/workdir.ts";

type RawFolder = Readonly<Record<string, string | Uint8Array>>;

/** The ways in which the same data may arrive. */
const FORMS: Readonly<Record<string, (files: Readonly<Record<string, string>>) => RawFolder>> = {
  "with its rows in any order": retold((table) => ({ ...table, rows: shuffled(table.rows) })),
  "with a byte order mark": (files) => each(files, (text) => `\uFEFF${text}`),
  "with CR LF line ends": retold((table) => table, { newline: "\r\n" }),
  "with CR-only line ends": retold((table) => table, { newline: "\r" }),
  "with every value in quotes": retold((table) => table, { quotes: true }),
  "with NA where a value is missing": retold((table) => cells(table, (cell) => cell === "" ? "NA" : cell)),
  "with nothing where NA was": retold((table) => cells(table, (cell) => cell === "NA" ? "" : cell)),
  "with more columns, and those in another order": retold((table) => {
    const header = ["note", ...table.header];
    const wider = { header, rows: table.rows.map((row, at) => [`row ${at}, noted`, ...row]) };
    return onlyColumns(wider, header.toReversed());
  }),
  "as .csv.gz": (files) => renamed(files, (name, text) => [`${name}.gz`, gzipSync(strToU8(text))]),
  "as .csv.zip, one each": (files) =>
    renamed(files, (name, text) => [`${name}.zip`, zipSync({ [name]: strToU8(text) })]),
  "as one zip of all": (files) => ({ "all.zip": zipSync(Object.fromEntries(bytesByName(files))) }),
};

const SIZES: Readonly<Record<string, { series: number; steps: number }>> = {
  // Large enough for the quick reader, where the others are small enough for the careful one.
  rossmann: { series: 8, steps: 400 },
  walmart: { series: 6, steps: 60 },
  "store-item": { series: 4, steps: 200 },
};

for (const [dataset, size] of Object.entries(SIZES)) {
  describe(`ingest of ${dataset} gives the same panel`, () => {
    const files = rawFiles(dataset, { ...size, seed: 3 });
    let clean: ReturnType<typeof panelOf> | undefined;

    for (const [form, change] of Object.entries(FORMS)) {
      const changed = change(files);
      // Store-item, say, has no missing values that could be written as NA.
      if (JSON.stringify(changed) === JSON.stringify(files)) continue;
      it(form, async () => {
        clean ??= panelOf(dataset, files);
        expect(await panelOf(dataset, changed)).toEqual(await clean);
      });
    }
  });
}

/** What `ingest` writes about the panel: its bytes, and what it says of them but for the files' identity. */
async function panelOf(dataset: string, files: RawFolder) {
  await using at = await workdir();
  const source = await at.source("raw", files);
  const document = await taskDocument<Record<string, unknown>>("ingest", {
    dataset,
    source,
    workdir: `${at.path}/work`,
  });
  const { source: _source, fingerprint: _fingerprint, ...card } = document;
  const panel = (await snapshot(`${at.path}/work/data/panel/${dataset}`))["panel.parquet"];
  expect(panel).toBeDefined();
  return { card, panel };
}

function retold(change: (table: CsvTable) => CsvTable, style: CsvStyle = {}) {
  return (files: Readonly<Record<string, string>>) => each(files, (text) => csvText(change(csvTable(text)), style));
}

function each(files: Readonly<Record<string, string>>, change: (text: string) => string) {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, change(text)]));
}

function renamed(
  files: Readonly<Record<string, string>>,
  change: (name: string, text: string) => [string, Uint8Array],
): RawFolder {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => change(name, text)));
}

function bytesByName(files: Readonly<Record<string, string>>): [string, Uint8Array][] {
  return Object.entries(files).map(([name, text]) => [name, strToU8(text)]);
}

function cells(table: CsvTable, change: (cell: string) => string): CsvTable {
  return { ...table, rows: table.rows.map((row) => row.map(change)) };
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const chance = random(5);
  return items.map((item) => [chance.next(), item] as const).toSorted(([a], [b]) => a - b).map(([, item]) => item);
}
