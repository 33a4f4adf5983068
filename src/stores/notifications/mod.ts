/**
 * Ways to people: a channel, a mailbox.
 *
 * @module
 */
export * from "@/stores/notifications/slack_webhook.ts";
export * from "@/stores/notifications/smtp_mail.ts";
