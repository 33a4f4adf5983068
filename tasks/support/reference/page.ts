/**
 * The reference as pages: one per room, and a table of contents.
 *
 * @module
 */
import { hasContents, type PublicSymbol, type Room } from "./symbols.ts";

/** Where they are. */
export const REFERENCE = "docs/reference/";

/** A room's page: its functions first, then its types and constants. */
export function roomPage({ name, about, symbols }: Room): string {
  const functions = symbols.filter(({ kind }) => kind === "function");
  const values = symbols.filter(({ kind }) => kind === "variable"),
    classes = symbols.filter(({ kind }) => kind === "class");
  const types = symbols.filter(({ kind }) => kind === "interface" || kind === "typeAlias");
  const where = `\`@/${name}/${hasContents(name) ? "mod.ts" : "FILE.ts"}\``;
  return [
    `# ${name}`,
    "<!-- Made of the doc comments in src by `deno task reference`. -->",
    about.split("\n\n")[0]!.replaceAll("\n", " "),
    `Import from ${where}. Made of the doc comments by \`deno task reference\`; every example is run as a test.`,
    ...section("Functions", functions),
    ...section("Constants", values),
    ...section("Classes", classes),
    ...section("Types", types),
  ].join("\n\n") + "\n";
}

function section(title: string, symbols: readonly PublicSymbol[]): string[] {
  return symbols.length === 0 ? [] : [`## ${title}`, ...symbols.map(entry)];
}

function entry({ name, doc, declaration, tags, file, shownBy }: PublicSymbol): string {
  const of = (kind: string) => tags.filter((tag) => tag.kind === kind);
  const list = [
    ...of("param").map(({ name, doc }) => `- \`${name}\`: ${flat(doc)}`),
    ...[...of("return"), ...of("returns")].map(({ doc }) => `- Returns: ${flat(doc)}`),
    ...of("throws").map(({ tsType, doc }) =>
      `- Throws${tsType === undefined ? "" : ` \`${tsType.repr}\``}: ${flat(doc)}`
    ),
  ];
  return [
    `### ${name}`,
    linked(doc),
    `\`\`\`ts\n${declaration}\n\`\`\``,
    ...list.length > 0 ? [list.join("\n")] : [],
    ...of("example").map(({ doc }) => doc ?? ""),
    ...shownBy === undefined ? [] : [`Example: see [${shownBy.name}](#${shownBy.name.toLowerCase()}).`],
    `[${file}](../../${file})`,
  ].filter(Boolean).join("\n\n");
}

/** `{@link name}` as plain code. */
function linked(doc: string): string {
  return doc.replaceAll(/\{@link(?:code)? ([^}|\s]+)[^}]*\}/g, "`$1`");
}

function flat(doc: string | undefined): string {
  return linked(doc ?? "").replaceAll(/\s*\n\s*/g, " ");
}

/** The table of contents. */
export function referenceIndex(rooms: readonly Room[]): string {
  return [
    "# Reference",
    "<!-- Made of the doc comments in src by `deno task reference`. -->",
    "What each room of `src` offers to others, made of the doc comments by `deno task reference`: what a function does, its " +
    "arguments with their units, what it throws, an example that is run as a test, and where it is. " +
    "[Architecture](../architecture.md) tells who may import whom. Of pipeline and server it has what notebooks and how-tos " +
    "call, and the step of each task; the tasks themselves explain themselves with `--help`.",
    ...rooms.map(({ name, about, symbols }) => {
      const names = symbols.filter(({ kind }) => kind === "function").map(({ name: own }) =>
        `[${own}](${name}.md#${own.toLowerCase()})`
      );
      return `## [${name}](${name}.md)\n\n${about.split("\n\n")[0]!.replaceAll("\n", " ")}\n\n${names.join(", ")}`;
    }),
  ].join("\n\n") + "\n";
}
