/**
 * Is the server there, and does it answer? If not, why not.
 *
 * @module
 */
import { json, type Routes } from "@/serving/route.ts";

const LIVE = {
  type: "object",
  required: ["status"],
  properties: { status: { type: "string", enum: ["live", "ready", "not ready"] } },
} as const;

const READY = {
  type: "object",
  required: ["status"],
  properties: {
    status: { type: "string", enum: ["ready", "not ready"] },
    model: {
      type: "object",
      required: ["name", "version"],
      properties: { name: { type: "string" }, version: { type: "string" } },
    },
    why: { type: "string", description: "Why it is not ready" },
  },
} as const;

/** `/health/live`: the process runs; `/health/ready`: a verified model answers; `/health`: both. */
export const healthRoutes: Routes = ({ models }) => {
  const ready = () => {
    const { state } = models;
    if (!state.ready) return json({ status: "not ready", why: state.why }, 503);
    return json({ status: "ready", model: { name: state.model.name, version: state.model.version } });
  };
  const answers = {
    200: { about: "A verified model answers", schema: READY },
    503: { about: "No model answers; says why", schema: READY },
  };
  return [
    {
      method: "get",
      path: "/health",
      tag: "health",
      about: "Whether a verified model answers, and if not, why not",
      guard: "open",
      answers,
      handle: ready,
    },
    {
      method: "get",
      path: "/health/ready",
      tag: "health",
      about: "Whether a verified model answers: for load balancers",
      guard: "open",
      answers,
      handle: ready,
    },
    {
      method: "get",
      path: "/health/live",
      tag: "health",
      about: "Whether the process runs: for supervisors",
      guard: "open",
      answers: { 200: { about: "It runs", schema: LIVE } },
      handle: () => json({ status: "live" }),
    },
  ];
};
