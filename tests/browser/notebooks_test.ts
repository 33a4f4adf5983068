/** The notebooks as people meet them: run headless, opened offline as pages, and run in JupyterLab. */
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, Page } from "playwright-core";
import { hasJupyter, installKernel, jupyterEnv } from "../../tasks/support/notebooks/run.ts";
import { openBrowser, withoutBrowser } from "../support/browser.ts";
import { notebookText } from "../support/small_notebook.ts";

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

const CELLS = [
  `import { display, makeFigure, showTable } from "@/charts/mod.ts";`,
  `showTable({ columns: ["shop", "sales"], rows: [["1", "5,263"], ["2", "6,064"]] }, { caption: "2 shops, EUR a day" })`,
  `display(makeFigure({
  title: "Shop 2 sells more", subtitle: "one day", table: { columns: [], rows: [] },
  data: [{ type: "bar", x: ["1", "2"], y: [5263, 6064] }],
}))`,
];

describe("a notebook in JupyterLab", { skip }, () => {
  let folder: string, browser: Browser, server: Deno.ChildProcess, port: number;
  const token = crypto.randomUUID();

  before(async () => {
    await Deno.mkdir(`${PROJECT}.cache`, { recursive: true });
    // Inside the project, so that imports resolve as they do in its notebooks.
    folder = await Deno.makeTempDir({ dir: `${PROJECT}.cache`, prefix: "lab-" });
    await Deno.writeTextFile(`${folder}/small.ipynb`, notebookText(CELLS));
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

  it("runs from its menu, and shows table and figure under their own cells", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1200 } });
    await page.goto(`http://127.0.0.1:${port}/lab/tree/small.ipynb?token=${token}`, { timeout: 90_000 });
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 90_000 });
    await page.locator("#jp-main-statusbar", { hasText: /Deno.*\| Idle/ }).waitFor({ timeout: 90_000 });
    await runAll(page);
    const cells = page.locator(".jp-CodeCell");
    await cells.nth(2).locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: 30_000 });
    expect(await cells.nth(0).locator(".jp-OutputArea-output").count()).toBe(0);
    expect(await cells.nth(1).locator("table").count()).toBe(1);
    expect(await cells.nth(1).locator("td.number").count()).toBe(2);
    expect(await cells.nth(2).locator("table").count()).toBe(0);
    expect(await page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count()).toBe(0);
    await Deno.mkdir(`${PROJECT}reports/notebooks`, { recursive: true });
    await page.screenshot({ path: `${PROJECT}reports/notebooks/jupyterlab.png` });
    await page.close();
  });
});

/** Chooses Run All from the menu, and waits until every cell has its number. */
async function runAll(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
  const done = `(() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((one) => one.textContent);
    return prompts.length === ${CELLS.length} && prompts.every((text) => /\\[\\d+\\]/.test(text));
  })()`;
  await page.waitForFunction(done, null, { timeout: 90_000 });
}
