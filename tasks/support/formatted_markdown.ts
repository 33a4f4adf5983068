/**
 * Markdown as `deno fmt` writes it, so that pages which tasks write pass the format check.
 *
 * @module
 */

/** Formats a page with this project's settings. */
export async function formattedMarkdown(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter(), said = child.output();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await said;
  if (!success) throw new Error(`Cannot format a page: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
