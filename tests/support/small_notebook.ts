/**
 * Small notebooks for tests of what reads, checks and runs them.
 *
 * @module
 */

/** The text of a notebook with a heading, a promise, and the given code cells. */
export function notebookText(
  code: readonly string[],
  { heading = "# A test\n\n> It promises something.", ran = false }: {
    readonly heading?: string;
    readonly ran?: boolean;
  } = {},
): string {
  return JSON.stringify({
    cells: [
      { cell_type: "markdown", id: "prose", metadata: {}, source: heading },
      ...code.map((source, k) => ({
        cell_type: "code",
        execution_count: ran ? k + 1 : null,
        id: `code-${k}`,
        metadata: {},
        outputs: [],
        source: source.split(/(?<=\n)/),
      })),
    ],
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: { name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
