import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { directoryStore } from "@/stores/mod.ts";
import { benchContracts } from "../../tasks/support/bench/contracts.ts";
import { curveOf, peerFigures, stageFigures } from "../../tasks/support/bench/figures.ts";
import type { Measured } from "../../tasks/support/bench/job.ts";
import { PEERS, readPeer } from "../../tasks/support/bench/peers.ts";
import {
  type BenchRecord,
  compareRecords,
  isSameWork,
  previousRecord,
  regressions,
  writeRecord,
} from "../../tasks/support/bench/record.ts";
import { benchPart, benchSummary } from "../../tasks/support/bench/summary.ts";

/** One process that needed so many CPU seconds for its stages, on a machine of some slowness. */
function measured(cpu: Record<string, number>, { calibration = 1, facts = {}, peakRssMb = 100 } = {}): Measured {
  const stages = Object.entries(cpu).map(([name, seconds]) => [name, { wall: 2 * seconds, cpu: seconds }]);
  return { stages: Object.fromEntries(stages), calibration, peakRssMb, facts };
}

function record({ time = "2026-01-02T03:04:05.678Z", read = 1, rounds = 100, rows = 10 } = {}): BenchRecord {
  const run = measured({ read, features: 3 });
  return {
    time,
    machine: { cpu: "some processor", cores: 2, os: "linux x86_64", deno: "2.8.1" },
    dataset: "rossmann",
    source: "a folder",
    facts: { rows, series: 2, features: 9, trained: 8 },
    rounds,
    repetitions: 1,
    calibration: 1,
    stages: stageFigures([run]),
    steps: stageFigures([measured({ ingest: 2 })]),
    peakRssMb: { stages: 1500, steps: 800 },
    peer: null,
    contracts: null,
    curve: null,
    notes: [],
  };
}

describe("benchContracts()", () => {
  it("runs twelve and a hundred rules in a process of their own, and says why it stands alone", async () => {
    const folder = await Deno.makeTempDir({ prefix: "shelfcast bench " }), notes: string[] = [];
    try {
      const base = { overrides: { dataset: "rossmann" as const }, workdir: folder };
      const { signal } = new AbortController();
      const figures = await benchContracts(base, { rows: 3_000, folder, signal, notes });
      expect(figures).toMatchObject({ rows: 3_000, columns: 9, aim: 0.1, peer: null });
      expect(notes).toEqual([expect.stringContaining("make interop")]);
      expect(benchSummary({ ...record(), contracts: figures }, undefined, "kept")).toContain("3,000 rows, 9 columns");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("shows the ratio, and whether both tools say the same", () => {
    const seconds = { wall: 3, cpu: 2 };
    const peer = { version: "1.2", seconds, peakMb: 700, wallRatio: 0.04, cpuRatio: 0.05, sameVerdicts: true };
    const few = { wall: 0.12, cpu: 0.1 };
    const contracts = { rows: 1e6, columns: 9, few, many: few, peakRssMb: 300, aim: 0.1, peer };
    const text = benchSummary({ ...record(), contracts }, undefined, "kept");
    expect(text).toMatch(/12 expectations .* 0\.04 .* 0\.05 .* 0\.10/);
    expect(text).toContain("both give the same verdicts");
  });
});

describe("stageFigures()", () => {
  it("takes the median of each stage, and each run's own calibration", () => {
    const runs = [measured({ read: 1 }), measured({ read: 4 }, { calibration: 2 }), measured({ read: 2 })];
    expect(stageFigures(runs)).toEqual([{ name: "read", wall: 4, cpu: 2, units: 2, spread: 1.5 }]);
  });

  it("gives the same units on a machine that is twice as slow", () => {
    const [fast] = stageFigures([measured({ read: 1.5 }, { calibration: 0.2 })]);
    const [slow] = stageFigures([measured({ read: 3 }, { calibration: 0.4 })]);
    expect(slow!.units).toBeCloseTo(fast!.units);
  });
});

describe("peerFigures()", () => {
  const rows = [{ name: "features", ours: ["panel", "features"], theirs: ["all"], aim: 0.4 }];
  const ours = [measured({ panel: 1, features: 2 }).stages];

  it("sets the sum of our stages beside the sum of theirs", () => {
    expect(peerFigures(rows, ours, [measured({ all: 12 }).stages])).toEqual([{
      name: "features",
      ours: { wall: 6, cpu: 3 },
      theirs: { wall: 24, cpu: 12 },
      wallRatio: 0.25,
      cpuRatio: 0.25,
      aim: 0.4,
    }]);
  });

  it("leaves out what a side did not measure", () => {
    expect(peerFigures(rows, ours, [measured({ other: 12 }).stages])).toEqual([]);
    expect(peerFigures(rows, ours, [])).toEqual([]);
  });
});

describe("curveOf()", () => {
  it("adds the stages up, and fits how they grow", () => {
    const runs = [10, 100].map((series) =>
      measured({ ingest: series, featurize: series ** 2, forecast: 5 }, { facts: { series, rows: 200 * series } })
    );
    const { sizes, exponents } = curveOf(200, runs);
    expect(sizes.map(({ total }) => total)).toEqual([115, 10_105]);
    expect(exponents.ingest).toBeCloseTo(1);
    expect(exponents.featurize).toBeCloseTo(2);
    expect(exponents.forecast).toBeCloseTo(0);
  });
});

describe("readPeer()", () => {
  it("reads seconds, memory and rows", () => {
    const printed = { wall: { read: 1 }, cpu: { read: 2 }, peak_mb: 500, rows: 7, metrics: {} };
    expect(readPeer(printed)).toEqual({ stages: { read: { wall: 1, cpu: 2 } }, peakMb: 500, rows: 7 });
  });

  it("says what is missing", () => {
    expect(readPeer({ metrics: {} })).toBe("it prints no wall and cpu seconds per stage");
  });

  it("knows a peer for every dataset's own horizon", () => {
    expect(Object.entries(PEERS).map(([name, { horizon }]) => [name, horizon])).toEqual([
      ["rossmann", 42],
      ["walmart", 13],
      ["store-item", 90],
    ]);
  });
});

describe("records", () => {
  it("are compared stage by stage, in units of the calibration loop", () => {
    const { changes, sameMachine } = compareRecords(record({ read: 1 }), record({ read: 2 }));
    expect(sameMachine).toBe(true);
    expect(changes.map(({ name, ratio }) => [name, ratio])).toEqual([["read", 0.5], ["features", 1], [
      "step ingest",
      1,
    ]]);
  });

  it("name a stage that costs over a quarter more, unless chance explains it or the machine is of another kind", () => {
    const slower = record({ read: 1.3 }), before = record({ read: 1 });
    const names = (now: BenchRecord, then: BenchRecord) =>
      regressions(compareRecords(now, then)).map(({ name }) => name);
    expect(names(slower, before)).toEqual(["read"]);
    expect(names(record({ read: 1.2 }), before)).toEqual([]);
    expect(names({ ...slower, stages: slower.stages.map((stage) => ({ ...stage, spread: 0.4 })) }, before)).toEqual([]);
    expect(names({ ...slower, machine: { ...slower.machine, cpu: "another" } }, before)).toEqual([]);
    expect(names(record({ read: 0.3 }), record({ read: 0.1 }))).toEqual([]);
  });

  it("of the same kind of machine are preferred, and kept ones count", async () => {
    const folder = await Deno.makeTempDir();
    try {
      const store = directoryStore(folder);
      const elsewhere = { ...record({ time: "2026-03-01T00:00:00Z" }), machine: { ...record().machine, cores: 64 } };
      await writeRecord(store, elsewhere);
      expect(await previousRecord(store, record())).toEqual(elsewhere);
      const kept = record({ read: 3, time: "2026-01-01T00:00:00Z" });
      expect(await previousRecord(store, record(), [kept])).toEqual(kept);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("are compared only with records of the same work", () => {
    expect(isSameWork(record(), record({ read: 5, time: "2026-02-01T00:00:00Z" }))).toBe(true);
    expect(isSameWork(record(), record({ rounds: 20 }))).toBe(false);
    expect(isSameWork(record(), record({ rows: 11 }))).toBe(false);
  });

  it("are found again, the newest of the same work first", async () => {
    const folder = await Deno.makeTempDir();
    try {
      const store = directoryStore(folder);
      expect(await previousRecord(store, record())).toBeUndefined();
      expect(await writeRecord(store, record({ read: 1 }))).toBe("logs/bench/2026-01-02T030405Z.json");
      const newer = record({ read: 2, time: "2026-01-03T00:00:00Z" });
      await writeRecord(store, newer);
      await writeRecord(store, record({ rounds: 7, time: "2026-01-04T00:00:00Z" }));
      expect(await previousRecord(store, record())).toEqual(newer);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

describe("benchSummary()", () => {
  it("says what was measured, what it took, what changed and where that is kept", () => {
    const text = benchSummary(
      record(),
      { time: "2026-01-01T00:00:00Z", sameMachine: true, changes: [{ name: "read", ratio: 0.5, noise: 0, units: 1 }] },
      "logs/bench/x.json",
    );
    expect(text).toContain("rossmann from a folder: 10 rows of 2 series, 9 features, 100 trees");
    expect(text).toContain("ingest, validate, featurize, leakcheck together: 2.00 CPU seconds");
    expect(text).toMatch(/read +2\.00 +1\.00 +1\.00 +0 %/);
    expect(text).toMatch(/read +0\.50/);
    expect(text).toContain("record: logs/bench/x.json");
  });

  it("shows the peer's side and the aim", () => {
    const figures = peerFigures(PEERS["rossmann"]!.stages, [measured({ read: 1 }).stages], [
      measured({ read: 4 }).stages,
    ]);
    const peer = {
      script: "peer_rossmann.py",
      engine: "pandas",
      peakMb: 900,
      rows: 8,
      figures,
      largestDifference: 0,
    };
    const text = benchSummary({ ...record(), peer });
    expect(text).toContain("Beside peer_rossmann.py (pandas)");
    expect(text).toMatch(/read +1\.00 +4\.00 +0\.25 +0\.25 +0\.40/);
    expect(text).toContain("forecasts differ by nothing");
  });
});

describe("benchPart()", () => {
  it("holds the same figures, and how to get them again", () => {
    const part = benchPart(record());
    expect(part).toContain("Measured on 2026-01-02 by `deno task bench --dataset rossmann --rounds 100");
    expect(part).toContain("ingest, validate, featurize, leakcheck together: 2.00 CPU seconds");
  });
});
