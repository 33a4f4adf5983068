/**
 * What was found in the data, what was done about it, and whether features could peek into the future.
 *
 * @module
 */
import type { Finding } from "@/core/check.ts";
import { formatCount, formatNumberOf } from "@/charts/format.ts";
import { DataTable } from "@/charts/report/data_table.tsx";
import type { LeakVerdict, ReportData } from "@/charts/report/report_data.ts";

function findingRows(findings: readonly Finding[]): string[][] {
  return findings.map((finding) => [
    finding.passed ? "passed" : finding.severity === "critical" ? "failed" : "warning",
    [finding.table, finding.column, finding.slice].filter((part) => part).join(" · ") || "whole table",
    finding.check.replace(/^expect_/, "").replaceAll("_", " "),
    finding.wanted,
    typeof finding.observed === "number"
      ? finding.observed.toLocaleString("en", { maximumFractionDigits: 4 })
      : finding.observed,
  ]);
}

const FINDING_COLUMNS = ["verdict", "where", "check", "wanted", "found"];

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return <p>No check was run on this data.</p>;
  const failed = findings.filter((finding) => !finding.passed);
  const passed = findings.filter((finding) => finding.passed);
  const critical = failed.filter((finding) => finding.severity === "critical").length;
  return (
    <>
      <p>
        {failed.length === 0
          ? <span class="good">✓ All {formatCount(findings.length)} checks passed.</span>
          : (
            <span class={critical > 0 ? "alert" : "amber"}>
              {critical > 0 ? "✗" : "!"} {formatCount(failed.length)} of {formatCount(findings.length)} checks failed,
              {" "}
              {formatCount(critical)} of them critical.
            </span>
          )}
      </p>
      {failed.length > 0
        ? (
          <DataTable
            table={{ columns: FINDING_COLUMNS, rows: findingRows(failed) }}
            caption="Checks that failed"
            wide={[4]}
          />
        )
        : ""}
      {passed.length > 0
        ? (
          <details>
            <summary>{formatNumberOf(passed.length, "check")} that passed</summary>
            <DataTable
              table={{ columns: FINDING_COLUMNS, rows: findingRows(passed) }}
              caption="Checks that passed"
              wide={[4]}
            />
          </details>
        )
        : ""}
    </>
  );
}

function Leak({ leak }: { readonly leak: LeakVerdict }) {
  return leak.passed
    ? (
      <p>
        <span class="good">✓ No feature sees the future:</span> {formatNumberOf(leak.checked, "feature")}{" "}
        stayed the same when every value after the origin was replaced by noise.
      </p>
    )
    : (
      <>
        <p>
          <span class="alert">✗ Features see the future:</span> {formatCount(leak.guilty?.length ?? 0)} of{" "}
          {formatCount(leak.checked)}{" "}
          changed when values after the origin were replaced by noise. The scores above are too good to be true.
        </p>
        <ul>{leak.guilty?.map((sentence) => <li>{sentence}</li>)}</ul>
      </>
    );
}

/** Cleaning notes, check findings and the leak verdict. */
export function DataQuality({ data }: { readonly data: ReportData }) {
  return (
    <>
      <h3>Can a feature see the future?</h3>
      <Leak leak={data.leak} />
      <h3>Does the data keep its promises?</h3>
      <Findings findings={data.findings} />
      <h3>What was cleaned</h3>
      {data.cleaning.length === 0 ? <p>Nothing needed cleaning.</p> : (
        <DataTable
          table={{
            columns: ["issue", "where", "rows", "found", "done"],
            rows: data.cleaning.map((note) => [
              note.issue,
              [note.table, note.column].filter((part) => part).join(" · "),
              formatCount(note.rows),
              note.found,
              note.done,
            ]),
          }}
          caption="Rows by class: what was found, and what was done"
          wide={[3, 4]}
        />
      )}
    </>
  );
}
