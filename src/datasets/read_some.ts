/**
 * Some of a dataset's series out of a file of all of them, read piece by piece.
 *
 * @module
 */
import pl, { type DataFrame } from "nodejs-polars";
import type { Streaming, TableSpec } from "@/core/dataset.ts";
import type { Bytes } from "@/core/store.ts";
import { demandSound, readRows } from "@/datasets/read_table.ts";
import { refusal } from "@/datasets/refusal.ts";

const LINE_FEED = 10, CARRIAGE_RETURN = 13, QUOTE = 34;

/** What `readSome` is told besides the file. */
export interface ReadSomeOptions {
  /** The dataset's name, for messages. */
  readonly dataset: string;
  /** How the dataset's largest table is read in pieces. */
  readonly streaming: Streaming;
  /** The series whose rows are wanted, by their ids. */
  readonly only: (id: string) => boolean;
  /** Is called after each piece, when its rows have been looked at. */
  readonly onPiece?: () => void;
}

/**
 * Reads the rows of some series out of a CSV file that comes in pieces, and the few rows of others that their panel depends
 * on: what is held is one piece, and what is kept.
 *
 * The rows are those that `readTable` gives of the whole file; their order may be another.
 *
 * @param pieces The file's bytes, cut anywhere.
 * @throws {DatasetError} If anything is unusual, even if `readTable` would accept it (line ends of old Macs, say) or name
 * the row of the whole file where this names one of a piece: read it with `readTable` then.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { readSome } from "@/datasets/read_some.ts";
 * import { storeItem } from "@/datasets/store_item.ts";
 *
 * const text = "date,store,item,sales\n2017-01-01,1,1,5\n2017-01-01,1,2,9\n2017-01-02,1,1,6\n";
 * async function* pieces() {
 *   for (const piece of [text.slice(0, 30), text.slice(30)]) yield await Promise.resolve(new TextEncoder().encode(piece));
 * }
 * const only = (id: string) => id === "1_1";
 * const options = { dataset: "store-item", streaming: storeItem.streaming!, only };
 * const rows = await readSome(pieces(), storeItem.tables[0]!, options);
 * expect(rows.getColumn("sales").toArray()).toEqual([5, 6, 9]);
 * ```
 */
export async function readSome(
  pieces: AsyncIterable<Bytes>,
  spec: TableSpec,
  { dataset, streaming, only, onPiece = () => {} }: ReadSomeOptions,
): Promise<DataFrame> {
  const place = { dataset, file: spec.file }, own: DataFrame[] = [];
  let header: Bytes | undefined, rest: Bytes = new Uint8Array(0), others: DataFrame | undefined;
  const take = (rows: Bytes) => {
    if (rows.every((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN)) return;
    // A line end inside quotes is none: the pieces of such a file cannot be told apart.
    if (quotesIn(rows) % 2 > 0) {
      throw refusal(place, "no line end within quotes", "one");
    }
    const frame = readRows({ path: spec.file, bytes: joined(header!, rows) }, spec, dataset);
    const { mine, theirs } = divided(frame, streaming.series, only);
    own.push(mine);
    others = streaming.others(others === undefined ? theirs : pl.concat([others, theirs]));
    onPiece();
  };
  for await (const piece of pieces) {
    const text = joined(rest, piece), end = text.lastIndexOf(LINE_FEED) + 1;
    rest = text.slice(end);
    let block = text.subarray(0, end);
    if (header === undefined && end > 0) {
      const first = block.indexOf(LINE_FEED) + 1;
      header = block.slice(0, first);
      block = block.subarray(first);
    }
    if (block.length > 0) take(block);
  }
  if (header === undefined) throw refusal(place, "lines that end in a line feed", "none");
  if (rest.length > 0) take(rest);
  if (others === undefined) throw refusal(place, "at least one row of data", "only a header");
  const frame = pl.concat([...own, others]).rechunk();
  demandSound(frame, spec, place);
  return frame;
}

/** The rows of series that are wanted, and the others. */
function divided(frame: DataFrame, series: readonly string[], only: (id: string) => boolean) {
  const ids = frame.select(...series).unique();
  const values = series.map((name) => ids.getColumn(name).toArray() as number[]);
  const own = Array.from({ length: ids.height }, (_, at) => only(values.map((column) => column[at]).join("_")));
  const wanted = ids.filter(pl.Series("own", own));
  return {
    mine: frame.join(wanted, { on: [...series], how: "semi" }),
    theirs: frame.join(wanted, { on: [...series], how: "anti" }),
  };
}

function quotesIn(text: Bytes): number {
  let quotes = 0;
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) quotes++;
  return quotes;
}

function joined(first: Bytes, second: Bytes): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
