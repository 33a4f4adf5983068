/**
 * Executed notebooks as pages: one self-contained file each, and an index.
 *
 * @module
 */
import { notebookPage } from "@/charts/mod.ts";
import { plotlyText } from "@/pipeline/plotly_text.ts";
import type { Notebook } from "./notebook.ts";

/** A notebook that ran. */
export interface Executed {
  readonly notebook: Notebook;
  readonly body: string;
  readonly executed: string;
  readonly seconds: number;
}

/** Writes each notebook as a page, its executed file beside it, and the index; returns what was written. */
export async function publish(
  runs: readonly Executed[],
  all: readonly Notebook[],
  { folder, about }: { readonly folder: string; readonly about: string },
): Promise<readonly string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const plotly = await plotlyText("cartesian");
  const written: string[] = [];
  for (const { notebook, body, executed } of runs) {
    const at = all.findIndex(({ name }) => name === notebook.name);
    const link = (to: Notebook | undefined, words: string) =>
      to === undefined ? [] : [{ href: `${to.name}.html`, text: `${words}: ${to.title}` }];
    const links = [
      { href: "index.html", text: "All notebooks" },
      ...link(all[at - 1], "Before"),
      ...link(all[at + 1], "Next"),
    ];
    const page = notebookPage({ title: notebook.title, body, plotly, about, links });
    await Deno.writeTextFile(`${folder}/${notebook.name}.html`, page);
    await Deno.writeTextFile(`${folder}/${notebook.name}.ipynb`, executed);
    written.push(`${folder}/${notebook.name}.html`);
  }
  // Pages of earlier runs stay: a link leads to each of them, and to no page that is not there.
  const pages = new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  const index = notebookPage({ title: "Notebooks", body: indexBody(all, runs, pages), plotly: "", about });
  await Deno.writeTextFile(`${folder}/index.html`, index);
  return [...written, `${folder}/index.html`];
}

function indexBody(all: readonly Notebook[], runs: readonly Executed[], pages: ReadonlySet<string>): string {
  const safe = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const cards = all.map(({ name, title, promise }) => {
    const run = runs.find(({ notebook }) => notebook.name === name);
    const there = pages.has(`${name}.html`);
    const note = run !== undefined
      ? `ran in ${run.seconds.toFixed(0)} s`
      : there
      ? "from an earlier run"
      : `not run yet: deno task notebooks --only ${safe(name.slice(0, 2))}`;
    const card = `<strong>${safe(name.slice(0, 2))} ${safe(title)}</strong><span>${
      safe(promise)
    }</span><span>${note}</span>`;
    return `<li>${there ? `<a href="${name}.html">${card}</a>` : `<div>${card}</div>`}</li>`;
  });
  return `<h1>From raw files to a forecast one can trust</h1><ul class="cards">${cards.join("")}</ul>`;
}
