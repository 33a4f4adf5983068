/**
 * Something that people should hear of, wherever they are.
 *
 * @module
 */

/** A message to people. */
export interface Notification {
  /** One sentence that is enough by itself. */
  readonly title: string;
  /** How good or bad it is. */
  readonly level: "good" | "warning" | "critical";
  /** More sentences; may be empty. */
  readonly text: string;
  /** Names and values that matter. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A way to people. */
export interface Notifier {
  /** For messages: `Slack`, `mail`. */
  readonly name: string;
  /** Delivers a message; rejects when it did not arrive. */
  send(notification: Notification): Promise<void>;
}
