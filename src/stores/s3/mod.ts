/**
 * Buckets: the same store on S3, MinIO, R2 and their like.
 *
 * @module
 */
export { isS3, type S3Address, s3Address } from "@/stores/s3/address.ts";
export * from "@/stores/s3/s3_store.ts";
export * from "@/stores/s3/staged_store.ts";
