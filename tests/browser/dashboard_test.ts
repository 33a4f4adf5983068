/** The dashboard as planners meet it: every page, loaded, empty and failed, on a desk and on a phone, by day and by night. */
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { deployedSource } from "@/serving/model/deployed_source.ts";
import { pages } from "@/serving/pages/mod.ts";
import { type Running, serve } from "@/serving/serve.ts";
import { openBrowser, withoutBrowser } from "../support/browser.ts";
import { type Governed, governed, intoProduction } from "../support/governed.ts";
import { workdir } from "../support/workdir.ts";

const AXE = await Deno.readTextFile(new URL(import.meta.resolve("axe-core")));

/** What axe finds that keeps people out, as one line each. */
const OBSTACLES = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`;

/** Figures that were not drawn. */
const BLANK =
  `[...document.querySelectorAll(".plot[data-figure]")].filter((place) => !place.querySelector("svg.main-svg"))
  .map((place) => place.dataset.figure)`;

/** Waits until an expression holds. Playwright's own way is `eval`, which the policy of our pages forbids. */
async function until(page: Page, expression: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!await page.evaluate<boolean>(expression)) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${expression}`);
    await page.waitForTimeout(50);
  }
}

describe("dashboard in a browser", { skip: withoutBrowser() }, () => {
  let browser: Browser, shop: Governed, running: Running;

  before(async () => {
    [browser, shop] = await Promise.all([openBrowser(), governed()]);
    await intoProduction(shop);
    running = serve(shop.context, { source: deployedSource(shop.context), port: 0, workers: 0 });
    await running.loaded;
    expect(running.services.models.state.ready).toBe(true);
  });

  after(async () => {
    await running.stop();
    await Promise.all([browser.close(), shop[Symbol.asyncDispose]()]);
  });

  /** Opens a page, lets a test look at it, and demands that nothing was loaded from elsewhere and nothing complained. */
  async function look(
    address: string,
    options: BrowserContextOptions,
    test: (page: Page) => Promise<void>,
    { bears = [] as readonly RegExp[] } = {},
  ): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    try {
      const page = await context.newPage(), complaints: string[] = [], strangers: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol !== "data:" && hostname !== "127.0.0.1") strangers.push(request.url());
      });
      await page.goto(address, { waitUntil: "networkidle" });
      await test(page);
      expect(complaints.filter((text) => !bears.some((one) => one.test(text)))).toEqual([]);
      expect(strangers).toEqual([]);
    } finally {
      await context.close();
    }
  }

  const at = (path: string) => `${running.url}/dashboard/${path}`;
  const heading = (page: Page) => page.locator("main h1").first().innerText();
  const obstacles = async (page: Page) => {
    // As a console would: the page's own policy lets no stranger's script in.
    await page.evaluate(AXE);
    return await page.evaluate<string[]>(OBSTACLES);
  };

  for (const { name, title } of pages) {
    it(`${title}: drawn wide, narrow and dark, with nothing in anybody's way`, async () => {
      const views: BrowserContextOptions[] = [
        {},
        { viewport: { width: 390, height: 844 } },
        { colorScheme: "dark" },
      ];
      for (const view of views) {
        await look(at(name), view, async (page) => {
          await until(page, `(${BLANK}).length === 0`);
          expect((await heading(page)).length).toBeGreaterThan(10);
          const width = view.viewport?.width ?? 1440;
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
          expect(await page.locator("nav a[aria-current=page]").innerText()).toBe(title);
          expect(await obstacles(page)).toEqual([]);
        });
      }
    });
  }

  it("answers for another store when one is chosen, and the address keeps it", async () => {
    await look(at("forecast"), {}, async (page) => {
      const first = await heading(page);
      const [, second] = running.services.models.answerer().series;
      await page.locator("input[name=series]").first().fill(second!);
      await page.locator("input[name=series]").first().press("Tab");
      await until(page, `document.querySelector("main h1").innerText !== ${JSON.stringify(first)}`);
      expect(new URL(page.url()).searchParams.get("series")).toBe(second);
      await until(page, `(${BLANK}).length === 0`);
      await page.goBack({ waitUntil: "networkidle" });
      expect(await heading(page)).toBe(first);
    });
  });

  it("hands a forecast over as CSV: a row per day of the horizon", async () => {
    await look(at("forecast"), {}, async (page) => {
      const href = await page.getByText("Download CSV").getAttribute("href");
      const text = decodeURIComponent(href!.slice(href!.indexOf(",") + 1)).trim().split("\n");
      expect(text[0]).toMatch(/^unique_id,ds,forecast/);
      expect(text.length - 1).toBe(running.services.models.answerer().horizon);
    });
  });

  it("orders more when the slider of the service level is moved, without loading the page again", async () => {
    await look(at("decisions"), {}, async (page) => {
      const ordered = `document.querySelector("#order .figure").innerText`;
      const first = await page.evaluate<string>(ordered);
      const slider = page.locator("input[name=service]");
      await slider.focus();
      for (let k = 0; k < 15; k++) await slider.press("ArrowRight");
      await until(page, `${ordered} !== ${JSON.stringify(first)}`);
      await until(page, `document.querySelector("#order").innerText.includes("cover 95")`);
      await page.getByText("Orders of the largest series").click();
      expect(await page.locator("#order tbody tr").count()).toBeGreaterThan(0);
    });
  });

  it("opens the tree of forecasts down to a store by keyboard alone", async () => {
    await look(at("decisions"), {}, async (page) => {
      const summaries = page.locator(".tree summary");
      const leaf = page.locator(".tree .leaf").first();
      // The total stands open; its first part, where there is one, opens with a key.
      if (await summaries.count() > 1) {
        await summaries.nth(1).focus();
        await summaries.nth(1).press("Enter");
      }
      expect(await leaf.isVisible()).toBe(true);
    });
  });

  it("recomputes when a day is switched, and leaves out what was never seen", async () => {
    await look(at("whatif"), {}, async (page) => {
      const result = (words: string) =>
        `document.getElementById("result").innerText.includes(${JSON.stringify(words)})`;
      const { ds } = running.services.models.answerer().plan("1")[0]!;
      expect(Temporal.PlainDate.from(ds).dayOfWeek).toBe(7);
      await page.locator("input[name=promo]").first().click();
      await until(page, result("never had “promotion” on a Sun"));
      await page.locator("input[name=open]").nth(1).click();
      await until(page, result("less"));
      await until(page, `(${BLANK}).length === 0`);
      await page.getByText("Back to the plan").click();
      await until(page, result("As planned"));
    });
  });

  it("narrows the comparison by a filter", async () => {
    await look(at("compare"), {}, async (page) => {
      const all = await heading(page);
      const filter = page.locator("form.controls select").last();
      const value = await filter.locator("option").nth(1).getAttribute("value");
      await filter.selectOption(value!);
      await until(page, `document.querySelector("main h1").innerText !== ${JSON.stringify(all)}`);
      expect(await heading(page)).toMatch(/^\d+ of 4 series sell/);
    });
  });

  it("shows the gate's reasons and who approved", async () => {
    await look(at("models"), {}, async (page) => {
      const text = await page.locator("main").innerText();
      for (const part of ["anna", "was accepted against", "Production", "Where it errs"]) expect(text).toContain(part);
    });
  });

  it("opens the data docs and the report that it links to", async () => {
    await look(at("quality"), {}, async (page) => {
      const links = await page.locator("a[href^='/reports/']").evaluateAll((all) =>
        all.map((one) => one.getAttribute("href"))
      );
      expect(links.length).toBeGreaterThanOrEqual(4);
      for (const link of links) {
        await look(running.url + link, {}, async (docs) => {
          expect((await docs.locator("h1").first().innerText()).length).toBeGreaterThan(5);
        });
      }
    });
  });

  it("works from the keyboard alone: the first stop leads past the navigation", async () => {
    await look(at("forecast"), {}, async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.className")).toBe("skip");
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).hash).toBe("#content");
    });
  });

  it("says which series are near when one is unknown, inside the page", async () => {
    await look(at("forecast?series=nothing"), {}, async (page) => {
      expect(await page.locator("main [role=alert]").innerText()).toContain("nearest");
      expect(await page.locator("nav a").count()).toBe(pages.length);
      expect(await obstacles(page)).toEqual([]);
    }, { bears: [/404/] });
  });

  it("says on every page that needs a model what to do while there is none", async () => {
    await using empty = await workdir();
    const context = await empty.context({ series: 4, steps: 320, windows: 2, models: ["seasonal_naive"] });
    const idle = serve(context, { source: deployedSource(context), port: 0, workers: 0 });
    try {
      await idle.loaded;
      for (const { name, needsModel } of pages) {
        await look(`${idle.url}/dashboard/${name}`, { viewport: { width: 390, height: 844 } }, async (page) => {
          const text = await page.locator("main").innerText();
          expect(text).toContain(needsModel ? "make demo" : "deno task");
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
          expect(await obstacles(page)).toEqual([]);
        });
      }
    } finally {
      await idle.stop();
    }
  });

  it("does not show an old answer as a new one when the server is gone", async () => {
    const gone = serve(shop.context, { source: deployedSource(shop.context), port: 0, workers: 0 });
    await gone.loaded;
    await look(`${gone.url}/dashboard/whatif`, {}, async (page) => {
      expect(await page.locator("#lost").isVisible()).toBe(false);
      await gone.stop();
      await page.locator("input[name=promo]").first().click();
      await page.locator("#lost").waitFor({ state: "visible" });
    }, { bears: [/ERR_|htmx:/] });
  });
});
