/**
 * What happens around every request.
 *
 * @module
 */
export * from "@/serving/middleware/api_keys.ts";
export * from "@/serving/middleware/concurrency.ts";
export * from "@/serving/middleware/guard.ts";
export * from "@/serving/middleware/measure.ts";
export * from "@/serving/middleware/security_headers.ts";
export * from "@/serving/middleware/time_limits.ts";
export * from "@/serving/middleware/visit.ts";
