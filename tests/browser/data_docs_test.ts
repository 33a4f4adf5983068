/** The data docs in a real browser: thousands of validations, found again; nothing asks for the network. */
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import pl from "nodejs-polars";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { stylesheet } from "@/charts/mod.ts";
import { parseSuite, renderDataDocs, renderDataDocsIndex, runSuite, type ValidationEntry } from "@/checks/mod.ts";
import { openBrowser, withoutBrowser } from "../support/browser.ts";

const STAGES = ["raw", "panel", "features", "predictions"];

/** So many validations, one an hour; every seventeenth is broken. */
function validations(count: number): ValidationEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    at: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000).toISOString(),
    dataset: at % 2 === 0 ? "walmart" : "rossmann",
    stage: STAGES[at % 4]!,
    tables: ["train"],
    rules: 40,
    critical: at % 17 === 0 ? 2 : 0,
    warnings: 0,
    rows: 1_000,
    page: `${at}/index.html`,
  }));
}

function brokenPage(): string {
  const rule = { type: "expect_column_values_to_be_between", kwargs: { column: "sales", min_value: 0 } };
  const suite = parseSuite(JSON.stringify({ name: "sales", expectations: [rule] }), "sales.json");
  const result = runSuite(pl.DataFrame({ sales: [3, -4, 5] }), suite);
  const downloads = { train: ["train_failing_rows.csv"] };
  return renderDataDocs([{ table: "train", result }], {
    title: "Sales",
    css: stylesheet(),
    validatedAt: "2026-11-01T08:00Z",
    downloads,
    index: "../index.html",
  });
}

describe("data docs in a browser", { skip: withoutBrowser() }, () => {
  let browser: Browser, folder: string;

  before(async () => {
    browser = await openBrowser();
    folder = await Deno.makeTempDir();
  });

  after(async () => {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  });

  async function look(html: string, options: BrowserContextOptions, test: (page: Page) => Promise<void>) {
    await Deno.writeTextFile(`${folder}/page.html`, html);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, offline: true, ...options });
    try {
      const page = await context.newPage(), said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      page.on("request", ({ url }) => url().startsWith("file:") || said.push(url()));
      await page.goto(`file://${folder}/page.html`);
      await test(page);
      expect(said).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it("folds thousands of validations by month, so that few are laid out", async () => {
    await look(renderDataDocsIndex(validations(3_000), stylesheet()), {}, async (page) => {
      expect(await page.locator("tr[data-verdict]").count()).toBe(3_000);
      expect(await page.locator("tr[data-verdict]:visible").count()).toBe(100);
      expect(await page.locator("details.month summary").first().textContent())
        .toMatch(/^Older, May 2026: 20 validations, /);
    });
  });

  it("finds validations in any month, by verdict and by word", async () => {
    await look(renderDataDocsIndex(validations(3_000), stylesheet()), {}, async (page) => {
      await page.selectOption("select[name=verdict]", "critical");
      const shown = page.locator("#shown");
      expect(await shown.textContent()).toBe("177 found");
      expect(await page.locator("tr[data-verdict]:visible").count()).toBe(177);
      await page.fill("input[name=text]", "2026-02-0");
      expect(await page.locator("details.month:visible").count()).toBe(1);
      await page.fill("input[name=text]", "no such dataset");
      expect(await shown.textContent()).toBe("nothing found");
    });
  });

  for (const width of [1440, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`fits ${width} pixels, ${colorScheme}`, async () => {
        for (const html of [brokenPage(), renderDataDocsIndex(validations(120), stylesheet())]) {
          await look(html, { viewport: { width, height: 844 }, colorScheme }, async (page) => {
            expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
          });
        }
      });
    }
  }

  it("offers every failing row, and unfolds the first ones with their numbers", async () => {
    await look(brokenPage(), {}, async (page) => {
      expect(await page.locator("a[download]").getAttribute("href")).toBe("train_failing_rows.csv");
      await page.locator("summary", { hasText: "show 1 row" }).click();
      expect(await page.locator(".examples tbody tr").first().innerText()).toBe("2\t-4");
    });
  });
});
