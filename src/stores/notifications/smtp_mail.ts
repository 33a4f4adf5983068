/**
 * Messages by mail.
 *
 * @module
 */
import type { Notification, Notifier } from "@/core/notification.ts";

const TIMEOUT_MS = 10_000;

/** Where mail goes. */
export interface MailOptions {
  /** `smtp://user:password@host:587`, or `smtps://…` for TLS from the first byte. */
  readonly server: string;
  /** The address that mail is sent from. */
  readonly from: string;
  /** Addresses, separated by commas. */
  readonly to: string;
}

/**
 * Lays a message out as plain text: the sentence, more sentences, then names and values.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { mailText } from "@/stores/notifications/smtp_mail.ts";
 *
 * const text = mailText({ title: "Version 3 waits", level: "good", text: "It is better.", facts: { rmspe: "0.12" } });
 * expect(text).toBe("Version 3 waits\n\nIt is better.\n\nrmspe: 0.12\n");
 * ```
 */
export function mailText({ title, text, facts }: Notification): string {
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  return `${[title, text, lines.join("\n")].filter(Boolean).join("\n\n")}\n`;
}

/**
 * Opens a way to a mail server. Requires `--allow-net`.
 *
 * @throws {Error} Its `send`: if the server cannot be reached, or refuses.
 *
 * @example
 * ```ts
 * import { expect } from "@std/expect";
 * import { smtpMail } from "@/stores/notifications/smtp_mail.ts";
 *
 * const mail = smtpMail({ server: "smtp://127.0.0.1:1", from: "shop@example.org", to: "anna@example.org" });
 * await expect(mail.send({ title: "Version 3 waits", level: "good", text: "", facts: {} })).rejects.toThrow();
 * ```
 */
export function smtpMail({ server, from, to }: MailOptions): Notifier {
  return {
    name: "mail",
    async send(notification) {
      const { hostname, port, username, password, protocol } = new URL(server);
      // Most runs send nothing: the library is read when it is needed.
      const { createTransport } = await import("nodemailer");
      const transport = createTransport({
        host: hostname,
        port: Number(port || (protocol === "smtps:" ? 465 : 25)),
        secure: protocol === "smtps:",
        ...username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } },
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      });
      try {
        await transport.sendMail({
          from,
          to,
          subject: `[shelfcast] ${notification.level === "good" ? "" : `${notification.level}: `}${notification.title}`,
          text: mailText(notification),
        });
      } catch (error) {
        throw new Error(`Cannot send mail through ${hostname}: ${(error as Error).message}`, { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}
