/**
 * What the reference lacks.
 *
 * @module
 */
import type { Room } from "./symbols.ts";

/** A public name whose doc comment lacks something. */
export interface Gap {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly lacks: "a doc comment" | "an example" | "its errors";
}

/** Names without a comment, functions that no example calls, and functions that throw without saying so. */
export function gapsOf(rooms: readonly Room[]): readonly Gap[] {
  return rooms.flatMap(({ symbols }) => symbols).flatMap(({ file, line, name, kind, doc, tags, throws, shownBy }) => {
    const has = (tag: string) => tags.some((own) => own.kind === tag);
    const gap = (lacks: Gap["lacks"]) => ({ file, line, name, lacks });
    return [
      ...doc === "" ? [gap("a doc comment")] : [],
      ...kind === "function" && !has("example") && shownBy === undefined ? [gap("an example")] : [],
      ...kind === "function" && throws && !has("throws") ? [gap("its errors")] : [],
    ];
  });
}
