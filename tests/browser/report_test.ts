/** The report in a real browser: drawn, quiet, usable by keyboard, on a desk and on a phone, by day and by night. */
import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { renderReport } from "@/charts/report/report.tsx";
import type { ReportData } from "@/charts/report/report_data.ts";
import { lightColours, nightColours } from "@/charts/theme.ts";
import { openBrowser, plotlyText, withoutBrowser } from "../support/browser.ts";
import { fakeReport, shop } from "../charts/report/fake_report.ts";

/** A report with the explorer and little else, for tests of its controls: a tenth of the drawing. */
const EXPLORER: Partial<ReportData> = {
  backtest: [],
  errorBy: [],
  byStep: [],
  importance: {},
  training: [],
  residuals: [],
};

/** The colour as browsers report it: `rgb(0, 103, 177)`. */
const rgb = (hex: string) => `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;

describe("report in a browser", { skip: withoutBrowser() }, () => {
  let browser: Browser;
  let folder: string;
  let plotly: string;

  before(async () => {
    browser = await openBrowser();
    folder = await Deno.makeTempDir();
    plotly = await plotlyText();
  });

  after(async () => {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  });

  /** Opens a report with the network cut, lets a test look at it, and demands that it was quiet and self-contained. */
  async function look(
    changes: Partial<ReportData>,
    options: BrowserContextOptions,
    test: (page: Page) => Promise<void>,
  ): Promise<void> {
    const file = `${folder}/report.html`;
    await Deno.writeTextFile(file, renderReport(fakeReport(changes), { plotly }));
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, offline: true, ...options });
    try {
      const page = await context.newPage();
      const requests: string[] = [], complaints: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`file://${file}`);
      // The last chart is drawn last.
      await page.locator(".plot").last().locator("svg").first().waitFor({ state: "attached" });
      await test(page);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([`file://${file}`]);
    } finally {
      await context.close();
    }
  }

  const width = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth");
  const range = (page: Page) =>
    page.evaluate<string>(`document.querySelector("#explorer .plot").layout.xaxis.range.join(" ")`);

  it("draws every figure, and Plotly finds nothing wrong with any", async () => {
    await look({}, {}, async (page) => {
      expect(await page.locator(".plot").count()).toBe(9);
      expect(await page.locator(".plot svg.main-svg >> nth=0").count()).toBe(1);
      // Marks, not only frames.
      const empty = `[...document.querySelectorAll(".plot")].filter((div) => !div.querySelector(".trace, .bars path"))
        .map((div) => div.dataset.figure)`;
      expect(await page.evaluate(empty)).toEqual([]);
      const problems = `Object.entries(JSON.parse(document.getElementById("figures").textContent).figures)
        .flatMap(([id, { data, layout }]) => (Plotly.validate(data, layout) ?? []).map(({ msg }) => id + ": " + msg))`;
      expect(await page.evaluate(problems)).toEqual([]);
    });
  });

  it("labels and titles do not overlap", async () => {
    const overlaps = `[...document.querySelectorAll(".plot")].flatMap((div) => {
      const texts = [...div.querySelectorAll("text")].filter((text) => text.textContent.trim() !== "")
        .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0);
      return texts.flatMap((a, i) => texts.slice(i + 1)
        .filter((b) => Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2 &&
          Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4)
        .map((b) => div.dataset.figure + ": " + a.text + " / " + b.text));
    })`;
    const cut = `[...document.querySelectorAll(".plot")].flatMap((div) => {
      const frame = div.getBoundingClientRect();
      return [...div.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1))
        .map(({ text }) => div.dataset.figure + ": " + text);
    })`;
    for (const size of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
      await look({}, { viewport: size }, async (page) => {
        expect(await page.evaluate(overlaps)).toEqual([]);
        expect(await page.evaluate(cut)).toEqual([]);
      });
    }
  });

  it("moves through time and changes its window by keyboard alone", async () => {
    await look(EXPLORER, {}, async (page) => {
      const first = await range(page);
      await page.focus("#scrubber");
      for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
      const moved = await range(page);
      // Three notches are three days.
      expect(Date.parse(first.slice(0, 10)) - Date.parse(moved.slice(0, 10))).toBe(3 * 86_400_000);
      expect(await page.textContent("#scrubber-dates")).toBe(await page.getAttribute("#scrubber", "aria-valuetext"));
      await page.keyboard.press("Home");
      expect(await range(page)).toMatch(/^2012-12-31T12:00/);
      await page.selectOption("#span-choice", "0");
      expect(await range(page)).toBe("2012-12-31T12:00 2015-07-31T12:00");
      expect(await page.isDisabled("#scrubber")).toBe(true);
    });
  });

  it("shows another series when one is chosen: the drawing, its words and its table", async () => {
    await look(EXPLORER, {}, async (page) => {
      const drawn = `document.querySelector("#explorer .plot").data.find(({ name }) => name === "actual").y[2]`;
      const before = await page.evaluate(drawn);
      await page.selectOption("#series-choice", "2");
      expect(await page.textContent("#series-title")).toMatch(/^Store 3: /);
      expect(await page.evaluate(drawn)).not.toBe(before);
      expect(await page.evaluate(drawn)).toBe(shop(3, 942, "2015-07-31", 42).y[2]);
      await page.click("#explorer summary");
      expect(await page.locator("#explorer table:visible caption").textContent()).toContain("store 3");
    });
  });

  it("shows another model's forecast when one is chosen, still beside seasonal naive", async () => {
    await look(EXPLORER, {}, async (page) => {
      const shown = `document.querySelector("#explorer .plot").data
        .filter(({ visible, legendgroup }) => visible === true && legendgroup).map(({ legendgroup }) => legendgroup)`;
      expect(await page.evaluate(shown)).toEqual(["seasonal_naive", "lightgbm"]);
      await page.selectOption("#model-choice", "xgboost");
      expect(await page.evaluate(shown)).toEqual(["seasonal_naive", "xgboost"]);
    });
  });

  it("fits a phone: nothing but tables scrolls sideways", async () => {
    await look({}, { viewport: { width: 390, height: 844 } }, async (page) => {
      expect(await width(page)).toBe(390);
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(await width(page)).toBe(390);
      expect(await page.locator(".scroll").first().evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
    });
  });

  it("is redrawn when a wide page becomes narrow", async () => {
    await look({}, {}, async (page) => {
      const legend = page.locator('[data-figure="windows"] .legend');
      expect(await legend.count()).toBe(0);
      await page.setViewportSize({ width: 390, height: 844 });
      await legend.waitFor();
      expect(await width(page)).toBe(390);
    });
  });

  it("follows the reader's colour scheme, also when it changes", async () => {
    const ink = `getComputedStyle(document.querySelector("#explorer .plot .legendtext")).fill`;
    const paper = `getComputedStyle(document.querySelector("#explorer .main-svg")).backgroundColor`;
    await look(EXPLORER, { colorScheme: "dark" }, async (page) => {
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(rgb(nightColours.surface));
      expect(await page.evaluate(ink)).toBe(rgb(nightColours.ink));
      expect(await page.evaluate(paper)).toBe(rgb(nightColours.surface));
      const marks = await page.innerHTML(".page");
      for (const gone of [lightColours.ink, lightColours.accent]) expect(marks).not.toContain(rgb(gone));
      await page.emulateMedia({ colorScheme: "light" });
      for (let tries = 0; tries < 100 && await page.evaluate(ink) !== rgb(lightColours.ink); tries++) {
        await page.waitForTimeout(50);
      }
      expect(await page.evaluate(ink)).toBe(rgb(lightColours.ink));
    });
  });

  it("has one main heading, headings in order, and named controls", async () => {
    await look({}, {}, async (page) => {
      const levels = await page.locator("h1, h2, h3, h4").evaluateAll((all) =>
        all.map((one) => Number(one.tagName[1]))
      );
      expect(levels.filter((level) => level === 1).length).toBe(1);
      expect(levels.every((level, i) => i === 0 || level <= levels[i - 1]! + 1)).toBe(true);
      for (const id of ["series-choice", "model-choice", "span-choice", "scrubber"]) {
        expect(await page.locator(`label:has(#${id})`).textContent()).toMatch(/\w/);
      }
      expect(await page.locator(".plot:not([aria-label])").count()).toBe(0);
    });
  });

  it("is quiet when there is next to nothing to show", async () => {
    await look({ ...EXPLORER, series: [] }, {}, async (page) => {
      expect(await page.locator(".plot").count()).toBe(1);
      expect(await page.textContent("#series")).toContain("No series was kept");
    });
  });

  it("shows a series' name as it is written, whatever it looks like", async () => {
    const series = [{ ...shop(1, 100, "2015-07-31", 42), label: "<img src=x onerror=alert(1)> & <b>co</b>" }];
    await look({ ...EXPLORER, series }, {}, async (page) => {
      expect(await page.textContent("#series-title")).toContain("<img src=x onerror=alert(1)> & <b>co</b>");
      expect(await page.locator("#explorer img, #explorer b").count()).toBe(0);
    });
  });
});
