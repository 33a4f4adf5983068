/**
 * What happens around every request.
 *
 * @module
 */
export * from "@/serving/middleware/api_keys.ts";
export * from "@/serving/middleware/concurrency.ts";
export * from "@/serving/middleware/measure.ts";
export * from "@/serving/middleware/request_id.ts";
export * from "@/serving/middleware/security_headers.ts";
