// Compares two files by the evidently preset, and prints seconds and the peak of memory as JSON.
import { cpuUsage } from "node:process";
import { driftBetween } from "@/pipeline/drift.ts";
import { peakRssMb } from "@/pipeline/peak_rss.ts";
import { terminal } from "../terminal.ts";

const [reference, current] = Deno.args as [string, string];
const started = performance.now(), { columns } = driftBetween(reference, current);
const seconds = (performance.now() - started) / 1000;
const { user, system } = cpuUsage();
const verdicts = Object.fromEntries(Object.entries(columns).map(([name, { drifted }]) => [name, drifted]));
terminal.print(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMb: peakRssMb(), verdicts }));
