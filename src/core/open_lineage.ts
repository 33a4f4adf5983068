/**
 * Lineage in the shape of OpenLineage: which job made what out of what.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** One thing that a job read or wrote. */
export interface LineageArtefact {
  /** Its key in the working folder, or `models:/<name>/<version>`. */
  readonly name: string;
  /** Hash of its bytes (of a model, of its files), hexadecimal. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly bytes: number;
  /** Of a model: the files that were hashed. */
  readonly files?: readonly string[];
  /** Of raw bytes: the place that they were fetched from. */
  readonly source?: string;
}

/** A dataset of an OpenLineage event. */
export interface LineageDataset {
  /** Always `shelfcast`. */
  readonly namespace: string;
  /** The artefact's name: its key in the working folder, or `models:/<name>/<version>`. */
  readonly name: string;
  /** What is known of it: its version (the sha256), its content, and where raw bytes were fetched from. */
  readonly facets: {
    readonly version: Facet & { readonly datasetVersion: string };
    readonly shelfcast_content: Facet & {
      readonly sha256: string;
      readonly bytes: number;
      readonly files?: readonly string[];
    };
    readonly dataSource?: Facet & { readonly name: string; readonly uri: string };
  };
}

/** What every facet of an event says of itself: who made it, and by which schema. */
export interface Facet {
  /** The program that wrote it, as a URL. */
  readonly _producer: string;
  /** The JSON Schema that it keeps, as a URL. */
  readonly _schemaURL: string;
}

/** A run event of OpenLineage 2-0-2, with hashes of what was read and written. */
export interface LineageEvent {
  /** Events are written only when a job is done. */
  readonly eventType: "COMPLETE";
  /** When the job was done: ISO 8601, UTC. */
  readonly eventTime: string;
  /** The program that wrote the event, as a URL. */
  readonly producer: string;
  /** The JSON Schema of run events, as a URL. */
  readonly schemaURL: string;
  /** The run: its id, a UUID made of a hash, and what it was run with; null stands for what is not known. */
  readonly run: {
    readonly runId: string;
    readonly facets: {
      readonly shelfcast_run: Facet & {
        /** Of the tracker, where the job is part of one. */
        readonly trackerRun: string | null;
        readonly revision: string | null;
        readonly dirty: boolean;
        readonly params: unknown;
      };
    };
  };
  /** What was run: `<dataset>.<job>`, such as `walmart.featurize`. */
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Record<string, never> };
  /** What the job read. */
  readonly inputs: readonly LineageDataset[];
  /** What the job wrote. */
  readonly outputs: readonly LineageDataset[];
}

const PRODUCER = "https://github.com/shelfcast/shelfcast";
const SPEC = "https://openlineage.io/spec";
const facet = (schema: string): Facet => ({ _producer: PRODUCER, _schemaURL: schema });

/**
 * Makes the event of a job that is done. Its run id follows from what was done, when, and to what.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { lineageEvent } from "@/core/open_lineage.ts";
 *
 * const event = lineageEvent({
 *   dataset: "walmart",
 *   job: "featurize",
 *   time: "2026-11-21T10:00:00Z",
 *   inputs: [{ name: "data/panel/walmart/panel.parquet", sha256: "aa", bytes: 1 }],
 *   outputs: [{ name: "data/features/walmart/features.parquet", sha256: "bb", bytes: 2 }],
 *   params: { seed: 1 },
 * });
 * expect(event.job).toMatchObject({ namespace: "shelfcast", name: "walmart.featurize" });
 * expect(event.run.runId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
 * ```
 */
export function lineageEvent({ dataset, job, time, inputs, outputs, params, revision, dirty = false, trackerRun }: {
  readonly dataset: string;
  /** `fetch`, `ingest`, `featurize`, `train`, `register`, `forecast`. */
  readonly job: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly inputs: readonly LineageArtefact[];
  readonly outputs: readonly LineageArtefact[];
  readonly params: unknown;
  readonly revision?: string | undefined;
  readonly dirty?: boolean;
  readonly trackerRun?: string | undefined;
}): LineageEvent {
  const seed = JSON.stringify([dataset, job, time, inputs, outputs]);
  const hex = createHash("sha256").update(seed).digest("hex");
  // A UUID of version 8: made from a hash.
  const runId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
  return {
    eventType: "COMPLETE",
    eventTime: time,
    producer: PRODUCER,
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    run: {
      runId,
      facets: {
        shelfcast_run: {
          ...facet(`${SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet`),
          trackerRun: trackerRun ?? null,
          revision: revision ?? null,
          dirty,
          params,
        },
      },
    },
    job: { namespace: "shelfcast", name: `${dataset}.${job}`, facets: {} },
    inputs: inputs.map(datasetOf),
    outputs: outputs.map(datasetOf),
  };
}

function datasetOf({ name, sha256, bytes, files, source }: LineageArtefact): LineageDataset {
  return {
    namespace: "shelfcast",
    name,
    facets: {
      version: { ...facet(`${SPEC}/facets/1-0-1/DatasetVersionDatasetFacet.json`), datasetVersion: sha256 },
      shelfcast_content: {
        ...facet(`${SPEC}/2-0-2/OpenLineage.json#/$defs/DatasetFacet`),
        sha256,
        bytes,
        ...(files === undefined ? {} : { files }),
      },
      ...(source === undefined ? {} : {
        dataSource: { ...facet(`${SPEC}/facets/1-0-1/DatasourceDatasetFacet.json`), name: source, uri: source },
      }),
    },
  };
}

/**
 * What an event says of an artefact.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { artefactOf, lineageEvent } from "@/core/open_lineage.ts";
 *
 * const panel = { name: "panel.parquet", sha256: "aa", bytes: 1 };
 * const event = lineageEvent({
 *   dataset: "walmart",
 *   job: "ingest",
 *   time: "2026-11-21T10:00:00Z",
 *   inputs: [],
 *   outputs: [panel],
 *   params: {},
 * });
 * expect(artefactOf(event.outputs[0]!)).toEqual(panel);
 * ```
 */
export function artefactOf({ name, facets: { shelfcast_content, dataSource } }: LineageDataset): LineageArtefact {
  const { sha256, bytes, files } = shelfcast_content;
  return {
    name,
    sha256,
    bytes,
    ...(files === undefined ? {} : { files }),
    ...(dataSource === undefined ? {} : { source: dataSource.name }),
  };
}
