/**
 * Does a table resemble another one? One file per drift test, one preset per tool whose choice we follow.
 *
 * @module
 */
export * from "@/checks/drift/anderson_darling.ts";
export * from "@/checks/drift/calendar_reference.ts";
export * from "@/checks/drift/chi_square.ts";
export * from "@/checks/drift/column_of.ts";
export * from "@/checks/drift/compare_tables.ts";
export * from "@/checks/drift/cramer_von_mises.ts";
export * from "@/checks/drift/drift_test.ts";
export * from "@/checks/drift/energy_distance.ts";
export * from "@/checks/drift/evidently.ts";
export type { DateWindow } from "@/checks/drift/date_window.ts";
export { type CalendarProfile, daysOfYear, type Distance } from "@/checks/drift/expected_distance.ts";
export * from "@/checks/drift/feeds.ts";
export * from "@/checks/drift/hellinger.ts";
export * from "@/checks/drift/jensen_shannon.ts";
export * from "@/checks/drift/ks.ts";
export * from "@/checks/drift/kullback_leibler.ts";
export * from "@/checks/drift/mann_whitney.ts";
export { categoriesIn, datesRead, type MissingByDay, missingIn, type Past, thinning } from "@/checks/drift/past.ts";
export * from "@/checks/drift/preset.ts";
export * from "@/checks/drift/presets.ts";
export * from "@/checks/drift/psi.ts";
export * from "@/checks/drift/registry.ts";
export { rowsAsArrays, type SampleRows, takenSeries } from "@/checks/drift/sample_rows.ts";
export * from "@/checks/drift/shape.ts";
export * from "@/checks/drift/sample.ts";
export * from "@/checks/drift/steady.ts";
export * from "@/checks/drift/t_test.ts";
export * from "@/checks/drift/total_variation.ts";
export * from "@/checks/drift/wasserstein.ts";
export * from "@/checks/drift/z_test.ts";
