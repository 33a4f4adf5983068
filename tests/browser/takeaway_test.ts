/** The page that forecasts by itself, opened from disk in a browser without a network. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { pipeline } from "@/pipeline/pipeline.ts";
import { modelLoader } from "@/serving/model/load_model.ts";
import { registrySource } from "@/serving/model/registry_source.ts";
import type { ServedModel } from "@/serving/served_model.ts";
import { exportWhatIf } from "@/serving/takeaway/export_what_if.ts";
import { openBrowser, withoutBrowser } from "../support/browser.ts";
import { type Workdir, workdir } from "../support/workdir.ts";

const AXE = await Deno.readTextFile(new URL(import.meta.resolve("axe-core")));
const OBSTACLES = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`;

describe("a take-away in a browser without a network", { skip: withoutBrowser() }, () => {
  let browser: Browser, work: Workdir, model: ServedModel, address: string;

  before(async () => {
    [browser, work] = await Promise.all([openBrowser(), workdir()]);
    const context = await work.context({
      models: ["seasonal_naive", "lightgbm", "second_opinion", "xgboost", "ensemble"],
    });
    await pipeline(context);
    const source = registrySource(context, { unapproved: true });
    model = await modelLoader(context, source, { workers: 0 })();
    const { page } = await exportWhatIf(context, source, ["1", "3"]);
    const path = join(work.path, "stores.html");
    await Deno.writeTextFile(path, page);
    address = pathToFileURL(path).href;
  });

  after(async () => {
    model[Symbol.dispose]();
    await Promise.all([browser.close(), work[Symbol.asyncDispose]()]);
  });

  async function look(options: BrowserContextOptions, test: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 900 }, ...options });
    try {
      const page = await context.newPage(), complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(address);
      await page.waitForFunction(`document.documentElement.dataset.ready === "1"`);
      await test(page);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it("has the server's numbers, for the usual plan and for another", async () => {
    await look({}, async (page) => {
      const flipped = `takeaway.usualPlan(1).map((flags) => flags.map((on, step) => step % 5 === 2 ? 1 - on : on))`;
      for (const plan of ["takeaway.usualPlan(1)", flipped]) {
        const here = await page.evaluate<{ plan: number[][]; values: number[]; hi: number[]; toggles: string[] }>(
          `(() => {
          const plan = ${plan}, { values, intervals } = takeaway.forecast(1, plan);
          return { plan, values: [...values], hi: [...intervals.find(({ level }) => level === 80).hi],
            toggles: takeaway.model.toggles.map(({ column }) => column) };
        })()`,
        );
        const changes = new Map(here.values.map((_, step) => [
          step,
          Object.fromEntries(here.toggles.map((column, k) => [column, here.plan[k]![step]!])),
        ]));
        const [path] = await model.forecast([{ id: "3", changes }]);
        // In Deno the bits are the same; the exponentials of another V8 may end in another digit.
        const agree = (found: readonly number[], wanted: readonly number[]) => {
          expect(found.length).toBe(wanted.length);
          found.forEach((value, k) => expect(Math.abs(value - wanted[k]!)).toBeLessThanOrEqual(1e-12 * wanted[k]!));
        };
        agree(here.values, [...path!.values]);
        agree(here.hi, here.values.map((value, step) => model.interval("3", step, value, 80, path!.changes)!.hi));
      }
    });
  });

  it("answers a switch at once, and goes back to the plan", async () => {
    await look({}, async (page) => {
      const headline = page.locator("#headline"), before = await headline.innerText();
      expect(before).toMatch(/^Store 1 will sell [\d,]+ EUR from /);
      await page.locator("#calendar input:not([disabled])").first().click();
      await page.waitForFunction(`document.getElementById("headline").textContent.startsWith("With your plan")`);
      expect(await page.locator("#difference").innerText()).toMatch(/^[+−][\d,]+ EUR$/);
      await page.locator("#reset").click();
      expect(await headline.innerText()).toBe(before);
      await page.locator("#series").selectOption({ label: "3" });
      expect(await headline.innerText()).toMatch(/^Store 3 will sell/);
    });
  });

  for (
    const [where, options] of [
      ["on a desk", {}],
      ["on a phone", { viewport: { width: 390, height: 844 } }],
      ["by night", { colorScheme: "dark" }],
    ] as const
  ) {
    it(`keeps nobody out, and scrolls in one direction, ${where}`, async () => {
      await look(options, async (page) => {
        await page.locator("summary").first().click();
        await page.evaluate(AXE);
        expect(await page.evaluate<string[]>(OBSTACLES)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        expect(await page.locator("#chart path.forecast").count()).toBe(1);
        const shots = Deno.env.get("SHELFCAST_SHOTS");
        if (shots) await page.screenshot({ path: join(shots, `takeaway ${where}.png`), fullPage: true });
      });
    });
  }
});
