/**
 * Charts: data in, Plotly figures and self-contained HTML out. Nothing here draws, reads or writes.
 *
 * @module
 */
export * from "@/charts/actual_vs_predicted.ts";
export * from "@/charts/audit/audit_page.tsx";
export * from "@/charts/audit/radar_chart.ts";
export * from "@/charts/backtest_windows.ts";
export * from "@/charts/calendar_axes.ts";
export * from "@/charts/beeswarm_chart.ts";
export * from "@/charts/card/card_page.tsx";
export * from "@/charts/cost_chart.ts";
export * from "@/charts/display.ts";
export * from "@/charts/drift_report/drift_report.tsx";
export * from "@/charts/drift_timeline.ts";
export * from "@/charts/error_by.ts";
export * from "@/charts/explore/autocorrelation_chart.ts";
export * from "@/charts/explore/calendar_heat_map.ts";
export * from "@/charts/explore/decomposition_chart.ts";
export * from "@/charts/explore/effect_chart.ts";
export * from "@/charts/explore/holiday_chart.ts";
export * from "@/charts/explore/series_over_time.ts";
export * from "@/charts/fan_chart.ts";
export * from "@/charts/figure.ts";
export * from "@/charts/format.ts";
export * from "@/charts/horizon_curve.ts";
export * from "@/charts/importance_chart.ts";
export * from "@/charts/interval_coverage.ts";
export * from "@/charts/lead_chart.ts";
export * from "@/charts/leak_price_chart.ts";
export * from "@/charts/metric_words.ts";
export * from "@/charts/model_comparison.ts";
export * from "@/charts/model_style.ts";
export { answerSentence } from "@/charts/report/answer.tsx";
export * from "@/charts/plot_script.ts";
export * from "@/charts/policy_chart.ts";
export * from "@/charts/report/chart.tsx";
export * from "@/charts/report/data_table.tsx";
export * from "@/charts/report/report.tsx";
export * from "@/charts/report/scores_table.tsx";
export * from "@/charts/report/report_data.ts";
export * from "@/charts/parallel_coordinates.ts";
export * from "@/charts/residual_histogram.ts";
export * from "@/charts/script_json.ts";
export * from "@/charts/show/mod.ts";
export * from "@/charts/staleness_chart.ts";
export * from "@/charts/stylesheet.ts";
export * from "@/charts/theme.ts";
export * from "@/charts/training_curve.ts";
export * from "@/charts/waterfall_chart.ts";
