// Write the reference from the doc comments, or check that it is what they say.
import { formattedMarkdown } from "./support/formatted_markdown.ts";
import { layered } from "./support/layered_store.ts";
import { main } from "./support/command.ts";
import { gapsOf } from "./support/reference/gaps.ts";
import { REFERENCE, referenceIndex, roomPage } from "./support/reference/page.ts";
import { readRooms } from "./support/reference/symbols.ts";

await main({
  name: "reference",
  about:
    "Write docs/reference from the doc comments of src: a page per room. --check writes nothing, and exits with 1 " +
    "for a stale page, a public function without an example, or one that throws without saying so.",
  example: "deno task reference --check",
  flags: { check: { type: "boolean", about: "only look: exit code 1 for a stale page or a gap" } },
  async run({ project }, values) {
    const rooms = await readRooms(project.location), gaps = gapsOf(rooms);
    const pages = layered(project);
    const write = async (name: string, text: string) =>
      await pages.put(`${REFERENCE}${name}.md`, await formattedMarkdown(text));
    await Promise.all([
      write("README", referenceIndex(rooms)),
      ...rooms.map((room) => write(room.name, roomPage(room))),
    ]);
    const check = values["check"] === true, stale = await pages.changed();
    if (!check) await pages.settle();
    const count = (kind: string) => rooms.flatMap(({ symbols }) => symbols).filter((own) => own.kind === kind).length;
    const problems = [
      ...check ? stale.map((key) => `${key} is not what the doc comments say: deno task reference`) : [],
      ...gaps.map(({ file, line, name, lacks }) => `${file}:${line}: ${name} lacks ${lacks}`),
    ];
    return {
      json: { functions: count("function"), stale, gaps },
      text: [`${count("function")} functions in ${rooms.length} rooms`, ...problems].join("\n"),
      ...check && problems.length > 0 && { code: 1 },
    };
  },
});
