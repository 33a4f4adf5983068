/**
 * Who may put a model into production, and on what grounds: users and keys, approvals, the gate, the audit chain.
 *
 * @module
 */
export * from "@/governance/approval.ts";
export * from "@/governance/audit_chain.ts";
export * from "@/governance/canonical.ts";
export * from "@/governance/gate.ts";
export * from "@/governance/keys.ts";
export * from "@/governance/users.ts";
