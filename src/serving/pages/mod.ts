/**
 * The pages of the dashboard, in the order of the navigation; the first is the front page. One line each.
 *
 * @module
 */
import { forecastPage } from "@/serving/pages/forecast.tsx";
import type { Page } from "@/serving/pages/page.ts";
import { whatifPage } from "@/serving/pages/whatif.tsx";

/** All pages. */
export const pages: readonly Page[] = [
  forecastPage,
  whatifPage,
];
