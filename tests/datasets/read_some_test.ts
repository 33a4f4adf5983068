import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import fc from "fast-check";
import pl, { type DataFrame } from "nodejs-polars";
import { DatasetError } from "@/core/errors.ts";
import { datasets, readSome, readTable } from "@/datasets/mod.ts";

/** A text in pieces that end at the given places. */
async function* cut(bytes: Uint8Array<ArrayBuffer>, places: readonly number[]) {
  let from = 0;
  for (const to of [...places.toSorted((a, b) => a - b), bytes.length]) {
    yield await Promise.resolve(bytes.subarray(from, to));
    from = to;
  }
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const sorted = (frame: DataFrame, key: readonly string[]) => frame.sort([...key]).toRecords();

describe("readSome()", () => {
  for (const name of ["store-item", "walmart"] as const) {
    const dataset = datasets[name]!, streaming = dataset.streaming!;
    const spec = dataset.tables.find((table) => table.name === streaming.table)!;
    const text = dataset.generate({ series: 5, seed: 2, steps: 140 })[spec.file]!;
    const whole = readTable(bytesOf(text), spec, dataset.profile.name);
    const idOf = (row: Record<string, unknown>) => streaming.series.map((column) => row[column]).join("_");
    const ids = [...new Set(whole.toRecords().map(idOf))].sort();
    const options = (wanted: readonly string[]) => ({
      dataset: name,
      streaming,
      only: (id: string) => wanted.includes(id),
    });

    it(`finds the rows of some series of ${name} wherever the file is cut, with every kind of line end`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat({ max: text.length }), { maxLength: 6 }),
          fc.subarray(ids),
          fc.constantFrom("\n", "\r\n"),
          fc.constantFrom("", "\uFEFF"),
          async (places, wanted, end, mark) => {
            const bytes = bytesOf(mark + text.replaceAll("\n", end));
            const found = await readSome(cut(bytes, places), spec, options(wanted));
            const own = pl.Series("own", whole.toRecords().map((row) => wanted.includes(idOf(row))));
            const mine = pl.Series("own", found.toRecords().map((row) => wanted.includes(idOf(row))));
            expect(sorted(found.filter(mine), spec.key)).toEqual(sorted(whole.filter(own), spec.key));
            // Of the others no more than a row per date, and holiday.
            expect(found.height - found.filter(mine).height).toBeLessThanOrEqual(2 * 140);
          },
        ),
        { numRuns: 25, seed: 3 },
      );
    });

    it(`makes the panel of these series of ${name} that all rows make`, async () => {
      const others = Object.fromEntries(
        dataset.tables.filter((table) => table.name !== spec.name && !table.optional).map((table) => [
          table.name,
          readTable(bytesOf(dataset.generate({ series: 5, seed: 2, steps: 140 })[table.file]!), table, name),
        ]),
      );
      for (const wanted of [ids.slice(0, 1), ids.slice(1, 3), []]) {
        const only = (id: string) => wanted.includes(id);
        const some = await readSome(cut(bytesOf(text), [900, 2_000, 3_000]), spec, options(wanted));
        const found = dataset.toPanel({ ...others, [spec.name]: some }, { only });
        const expected = dataset.toPanel({ ...others, [spec.name]: whole }, { only });
        expect(found.panel.asOf).toBe(expected.panel.asOf);
        expect(found.panel.frame.toRecords()).toEqual(expected.panel.frame.toRecords());
        expect(found.cleaning).toEqual(expected.cleaning);
      }
    });
  }

  const dataset = datasets["store-item"]!, spec = dataset.tables[0]!;
  const options = { dataset: "store-item", streaming: dataset.streaming!, only: () => true };
  const read = (text: string) =>
    readSome(cut(bytesOf(text), [40, text.length - 2].filter((place) => place > 0)), spec, options);
  const good = "date,store,item,sales\n2017-01-01,1,1,5\n2017-01-02,1,1,6\n";

  it("refuses what only the whole file can tell, rather than guess", async () => {
    expect((await read(good)).height).toBe(2);
    // Cut within the quotes.
    for (
      const odd of [
        good.replaceAll("\n", "\r"),
        good.replace("2017-01-02,1,1,6", '2017-01-02,1,1,"6\n"'),
        good.replace(",6", ",-6"),
        `${good}2017-01-02,1,1,7\n`,
        `${good}2099-12-31,1,1,7\n`,
        "date,store,item,sales\n",
        "",
      ]
    ) {
      await expect(read(odd)).rejects.toThrow(DatasetError);
    }
  });
});
