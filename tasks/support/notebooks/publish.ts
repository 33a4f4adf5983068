/**
 * Executed notebooks as pages: one self-contained file each, and an index.
 *
 * @module
 */
import { notebookPage } from "@/charts/mod.ts";
import type { Notebook } from "./notebook.ts";

/** A notebook that ran. */
export interface Executed {
  readonly notebook: Notebook;
  readonly body: string;
  readonly executed: string;
  readonly seconds: number;
}

/** The text of the Plotly build that pages carry: the smallest one with heat maps. */
export async function plotlyText(): Promise<string> {
  return await Deno.readTextFile(new URL(import.meta.resolve("plotly.js-cartesian-dist-min")));
}

/** Writes each notebook as a page, its executed file beside it, and the index; returns what was written. */
export async function publish(
  runs: readonly Executed[],
  all: readonly Notebook[],
  { folder, about }: { readonly folder: string; readonly about: string },
): Promise<readonly string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const plotly = await plotlyText();
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
  const index = notebookPage({ title: "Notebooks", body: indexBody(all, runs), plotly: "", about });
  await Deno.writeTextFile(`${folder}/index.html`, index);
  return [...written, `${folder}/index.html`];
}

function indexBody(all: readonly Notebook[], runs: readonly Executed[]): string {
  const safe = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const cards = all.map(({ name, title, promise }) => {
    const run = runs.find(({ notebook }) => notebook.name === name);
    const note = run === undefined ? "" : `<span>ran in ${run.seconds.toFixed(0)} s</span>`;
    return `<li><a href="${name}.html"><strong>${safe(name.slice(0, 2))} ${safe(title)}</strong><span>${
      safe(promise)
    }</span>${note}</a></li>`;
  });
  return `<h1>From raw files to a forecast one can trust</h1><ul class="cards">${cards.join("")}</ul>`;
}
