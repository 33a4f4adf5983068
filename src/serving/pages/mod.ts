/**
 * The pages of the dashboard, in the order of the navigation; the first is the front page. One line each.
 *
 * @module
 */
import { comparePage } from "@/serving/pages/compare.tsx";
import { decisionsPage } from "@/serving/pages/decisions.tsx";
import { forecastPage } from "@/serving/pages/forecast.tsx";
import { modelsPage } from "@/serving/pages/models.tsx";
import { monitoringPage } from "@/serving/pages/monitoring.tsx";
import type { Page } from "@/serving/pages/page.ts";
import { qualityPage } from "@/serving/pages/quality.tsx";
import { whatifPage } from "@/serving/pages/whatif.tsx";

/** All pages. */
export const pages: readonly Page[] = [
  forecastPage,
  comparePage,
  whatifPage,
  decisionsPage,
  modelsPage,
  qualityPage,
  monitoringPage,
];
