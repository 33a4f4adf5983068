/**
 * A page of the dashboard as data: its place in the navigation, and what it shows.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import type { Services } from "@/serving/services.ts";

/** A request for a page. */
export interface PageCall {
  readonly services: Services;
  readonly query: URLSearchParams;
  /** htmx asks for a part of the page: the id of the element that it will replace. */
  readonly target?: string;
}

/**
 * A page. A new one is one file that exports this, and one line in `pages/mod.ts`.
 *
 * It is served at `/dashboard/<name>`: as a whole page to browsers, and as `render`'s result alone to htmx (which sends
 * `HX-Request`). What it throws is shown as an error state inside the layout; without a model it is not asked at all
 * when `needsModel` says so, and a person is told what to do instead.
 */
export interface Page {
  /** In the address: `forecast`. */
  readonly name: string;
  /** In the navigation and the window's title: `Forecast`. */
  readonly title: string;
  readonly needsModel?: boolean;
  render(call: PageCall): Child | Promise<Child>;
}
