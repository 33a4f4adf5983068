/**
 * A real browser for tests: Debian's Chromium, driven by playwright-core.
 *
 * @module
 */
import { type Browser, chromium } from "playwright-core";

/** Where Chromium is: the variable CHROMIUM, or where Debian puts it; undefined where there is none. */
export function findChromium(): string | undefined {
  return [Deno.env.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .filter((path) => path !== undefined && path !== "")
    .find((path) => {
      try {
        return Deno.statSync(path!).isFile;
      } catch {
        return false;
      }
    });
}

/**
 * Whether tests that need a browser must be skipped, with the reason printed. On a build machine (CI=true) a missing
 * browser is a failure: a test that nobody runs proves nothing.
 */
export function withoutBrowser(): boolean {
  if (findChromium() !== undefined) return false;
  const reason = "no Chromium was found: `apt-get install chromium`, or name one in the variable CHROMIUM";
  if (Deno.env.get("CI") === "true") throw new Error(`Cannot run the browser tests as ${reason}`);
  // deno-lint-ignore no-console -- whoever runs the tests must learn that some did not run
  console.warn(`Skipping the browser tests: ${reason}`);
  return true;
}

/** Starts Chromium with an empty profile of its own, and nothing that talks to the network by itself. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Cannot open a browser as no Chromium was found");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** The text of the Plotly build that reports carry inside. */
export function plotlyText(): Promise<string> {
  return Deno.readTextFile(new URL(import.meta.resolve("plotly.js-basic-dist-min")));
}
