/**
 * Our own values in notebooks: tables with shape and units, figures, pages; never a wall of JSON.
 *
 * @module
 */
export * from "@/charts/show/dashboard_page.tsx";
export { figureHtml } from "@/charts/show/figure_html.tsx";
export * from "@/charts/show/notebook_page.tsx";
export * from "@/charts/show/page_of_figures.tsx";
export * from "@/charts/show/show_card.ts";
export * from "@/charts/show/show_cleaning.ts";
export * from "@/charts/show/show_facts.ts";
export * from "@/charts/show/show_findings.ts";
export * from "@/charts/show/show_fits.ts";
export * from "@/charts/show/show_forecasts.ts";
export * from "@/charts/show/show_frame.ts";
export * from "@/charts/show/show_notice.ts";
export * from "@/charts/show/show_page.tsx";
export * from "@/charts/show/show_panel.ts";
export * from "@/charts/show/show_scores.ts";
export * from "@/charts/show/show_table.tsx";
export * from "@/charts/show/static_svg.ts";
