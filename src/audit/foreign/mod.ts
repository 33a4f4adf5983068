/**
 * Auditing a project that is not ours, from outside.
 *
 * @module
 */
export { foreignAreas } from "@/audit/foreign/areas.ts";
export { foreignDrills } from "@/audit/foreign/drills.ts";
