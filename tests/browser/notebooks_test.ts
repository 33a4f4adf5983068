/** The notebooks as people meet them: run headless, opened offline as pages, and run in JupyterLab. */
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, Page } from "playwright-core";
import { notebookPage } from "@/charts/mod.ts";
import { type Notebook, readNotebooks } from "../../tasks/support/notebooks/notebook.ts";
import { hasJupyter, installKernel, jupyterEnv } from "../../tasks/support/notebooks/run.ts";
import { openBrowser, withoutBrowser } from "../support/browser.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const NAMES = [...Deno.readDirSync(`${PROJECT}notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).map((name) => name.replace(".ipynb", "")).sort();

/** Whether the notebooks cannot be run here, with the reason printed; on a build machine that is a failure. */
async function withoutLab(): Promise<boolean> {
  if (withoutBrowser()) return true;
  if (await hasJupyter()) return false;
  const reason = "skipped: Jupyter is not there; `make lab` installs it";
  if (Deno.env.get("CI") === "true") throw new Error(reason);
  // deno-lint-ignore no-console -- a person should see it
  console.log(reason);
  return true;
}

const skip = await withoutLab();

describe("notebooks as pages", { skip }, () => {
  let folder: string, browser: Browser;

  before(async () => {
    folder = await Deno.makeTempDir();
    browser = await openBrowser();
  });

  after(async () => {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  });

  it("run from the first cell to the last, all of them", async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${PROJECT}tasks/notebooks.ts`, "--out", folder],
      env: { NO_COLOR: "1", DATASET: "", SOURCE: "" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
  });

  for (const name of [...NAMES, "index"]) {
    it(`${name}: opens offline, wide and narrow, with every figure drawn and nothing to complain of`, async () => {
      const file = `${folder}/${name}.html`;
      expect((await Deno.stat(file)).size).toBeLessThan(3_000_000);
      for (const width of [1440, 390]) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, offline: true });
        const page = await context.newPage();
        const requests: string[] = [], complaints: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.goto(`file://${file}`);
        const plots = await page.locator(".plot").count();
        if (plots > 0) await page.locator(".plot").last().locator(".main-svg").first().waitFor({ state: "attached" });
        const empty =
          `[...document.querySelectorAll(".plot")].filter((div) => !div.querySelector(".trace, .bars path, image, .hm"))
          .map((div) => div.getAttribute("aria-label"))`;
        expect(await page.evaluate(empty)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await page.locator("h1").count()).toBe(1);
        const problems = `Object.values(JSON.parse(document.getElementById("figures").textContent).figures)
          .flatMap(({ title, data, layout }) => (Plotly.validate(data, layout) ?? []).map(({ msg }) => title + ": " + msg))`;
        if (plots > 0) expect(await page.evaluate(problems)).toEqual([]);
        expect(complaints).toEqual([]);
        expect(requests.filter((url) => !/^(data:|about:)/.test(url))).toEqual([`file://${file}`]);
        await context.close();
      }
    });
  }
});

describe("a notebook's page on a phone", { skip: withoutBrowser() }, () => {
  const long = "4ea027a072b6b195".repeat(12);
  const wideTable = `<table><tbody><tr>${`<td>${long}</td>`.repeat(4)}</tr></tbody></table>`;
  const contents = {
    "a hash in a sentence": `<p>${long}</p><p class="quiet">${long}</p>`,
    "a hash in a heading, a list, a quotation":
      `<h2>${long}</h2><ul><li>${long}</li></ul><blockquote>${long}</blockquote>`,
    "an unbroken address": `<p><a href="#">https://shop.example/${long}</a></p>`,
    "code in prose": `<p><code>${long}</code></p>`,
    "a block of code in prose": `<div class="text_cell"><pre><code>const a = "${long}";</code></pre></div>`,
    "a table in prose": `<div class="text_cell">${wideTable}</div>`,
    "a table as a cell shows it": `<div class="output_subarea">${wideTable}</div>`,
    "a table of ours": `<div class="scroll">${wideTable}</div>`,
    "what a cell printed": `<div class="output_stream"><pre>${long}</pre></div>`,
    "a picture": `<img width="2000" height="20" alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">`,
  };

  it("never scrolls sideways, whatever a cell shows", async () => {
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 390, height: 900 } });
    const widths: Record<string, unknown> = {};
    for (const [what, body] of Object.entries(contents)) {
      await page.setContent(notebookPage({ title: "Any", body: `<h1>Any</h1>${body}`, plotly: "", about: long }));
      widths[what] = await page.evaluate("document.documentElement.scrollWidth");
    }
    await browser.close();
    expect(widths).toEqual(Object.fromEntries(Object.keys(contents).map((what) => [what, 390])));
  });
});

/** The notebook with most figures and no training. */
const OPENED = "02_explore";

describe("a notebook in JupyterLab", { skip }, () => {
  let folder: string, browser: Browser, server: Deno.ChildProcess, port: number, notebook: Notebook;
  const token = crypto.randomUUID();

  before(async () => {
    await Deno.mkdir(`${PROJECT}.cache`, { recursive: true });
    // Inside the project, so that imports resolve as they do in its notebooks.
    folder = await Deno.makeTempDir({ dir: `${PROJECT}.cache`, prefix: "lab-" });
    await Deno.copyFile(`${PROJECT}notebooks/${OPENED}.ipynb`, `${folder}/${OPENED}.ipynb`);
    [notebook] = await readNotebooks(folder) as [Notebook];
    await installKernel();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    port = listener.addr.port;
    listener.close();
    server = new Deno.Command(`${PROJECT}.venv/bin/jupyter`, {
      args: [
        "lab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        `--ServerApp.port=${port}`,
        `--IdentityProvider.token=${token}`,
        `--notebook-dir=${folder}`,
      ],
      env: {
        ...jupyterEnv(),
        JUPYTER_RUNTIME_DIR: `${folder}/.runtime`,
        WORKDIR: `${folder}/work`,
        DATASET: "",
        SOURCE: "",
        PATH: `${PROJECT}.venv/bin:${Deno.env.get("PATH")}`,
      },
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let tries = 0; tries < 240; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}/api?token=${token}`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    browser = await openBrowser();
  });

  after(async () => {
    await browser.close();
    server.kill("SIGTERM");
    await server.status;
    await Deno.remove(folder, { recursive: true });
  });

  it("runs from its menu, and shows every table and figure under the cell that makes it", async () => {
    const code = notebook.cells.filter(({ kind }) => kind === "code").map(({ source }) => source);
    // So tall that every cell is on the screen: JupyterLab draws no others.
    const page = await browser.newPage({ viewport: { width: 1280, height: 16_000 } });
    await page.goto(`http://127.0.0.1:${port}/lab/tree/${OPENED}.ipynb?token=${token}`, { timeout: 90_000 });
    const cells = page.locator(".jp-CodeCell");
    await cells.nth(code.length - 1).waitFor({ timeout: 90_000 });
    await page.locator("#jp-main-statusbar", { hasText: /Deno.*\| Idle/ }).waitFor({ timeout: 90_000 });
    await runAll(page, code.length);
    const isFigure = (source: string) => /\bdisplay\(/.test(source),
      isTable = (source: string) => source.includes("showFacts(");
    const lastFigure = code.findLastIndex(isFigure);
    await cells.nth(lastFigure).locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: 60_000 });
    const seen = await Promise.all(code.map(async (_, k) => ({
      figures: await cells.nth(k).locator(".js-plotly-plot").count(),
      drawn: await cells.nth(k).locator(".js-plotly-plot :is(.trace, .hm, .bars path, image)").count() > 0,
      tables: await cells.nth(k).locator(".jp-OutputArea table").count(),
      errors: await cells.nth(k).locator('[data-mime-type="application/vnd.jupyter.stderr"], .jp-mod-error').count(),
    })));
    expect(seen).toEqual(code.map((source) => ({
      figures: isFigure(source) ? 1 : 0,
      drawn: isFigure(source),
      tables: isTable(source) ? 1 : 0,
      errors: 0,
    })));
    // JupyterLab would put words to the right, as if they were numbers.
    const alignment = `getComputedStyle(document.querySelector(".jp-OutputArea table td:not(.number)")).textAlign`;
    expect(await page.evaluate(alignment)).toBe("left");
    expect([code.some(isTable), code.some(isFigure)]).toEqual([true, true]);
    expect(await cells.nth(lastFigure).locator(".gtitle").textContent()).toMatch(/\d/);
    await Deno.mkdir(`${PROJECT}reports/notebooks`, { recursive: true });

    // Another window, other widths, the same heights: nothing may vanish.
    const sizes = () =>
      page.locator(".js-plotly-plot").evaluateAll((all) =>
        all.map((one) => (({ width, height }) => ({ width, height }))(one.getBoundingClientRect()))
      );
    const before = await sizes();
    await page.setViewportSize({ width: 1080, height: 3200 });
    await page.waitForFunction(
      `document.querySelector(".js-plotly-plot .main-svg").getBoundingClientRect().width < ${before[0]!.width}`,
    );
    for (const { height } of before) expect(height).toBeGreaterThan(200);
    (await sizes()).forEach(({ height }, k) => expect(height).toBeCloseTo(before[k]!.height, 0));
    await page.screenshot({ path: `${PROJECT}reports/notebooks/jupyterlab.png` });
    await page.close();
  });
});

/** Chooses Run All from the menu, and waits until every cell has its number. */
async function runAll(page: Page, cells: number): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
  const done = `(() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((one) => one.textContent);
    return prompts.length === ${cells} && prompts.every((text) => /\\[\\d+\\]/.test(text));
  })()`;
  await page.waitForFunction(done, null, { timeout: 240_000 });
}
