/**
 * How long a page takes to open in a real browser.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { median } from "./statistics.ts";

/** Where Chromium is: the variable CHROMIUM, or where Debian puts it. */
const PROGRAM = () => Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** What opening took. */
export interface Opened {
  readonly seconds: number;
  /** Of the page's main thread: what a busy machine does not change. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/**
 * Opens a file in headless Chromium five times, each in a new window, from the request until everything is loaded, its
 * scripts have run and it is painted; medians, null where there is no Chromium.
 */
export async function timeToOpen(path: string): Promise<Opened | null> {
  const executablePath = PROGRAM(), file = await Deno.stat(path);
  if (!await Deno.stat(executablePath).then(() => true, () => false)) return null;
  // Only here: images have neither Chromium nor the package that drives it.
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const seconds: number[] = [], cpuSeconds: number[] = [];
    for (let k = 0; k < 5; k++) {
      const page = await browser.newPage(), session = await page.context().newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
      const painted = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))";
      seconds.push(Number(await page.evaluate(painted)) / 1000);
      const { metrics } = await session.send("Performance.getMetrics");
      cpuSeconds.push(metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
      await page.close();
    }
    return { seconds: median(seconds), cpuSeconds: median(cpuSeconds), megabytes: file.size / 1e6 };
  } finally {
    await browser.close();
  }
}
