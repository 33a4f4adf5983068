/**
 * A server that takes Slack's incoming webhooks, strictly: what Slack would refuse, it refuses.
 *
 * @module
 */

/** A message as it came in. */
export interface SlackMessage {
  readonly text?: string;
  readonly attachments?: readonly { readonly title?: string; readonly text?: string; readonly color?: string }[];
  readonly blocks?: readonly {
    readonly type: string;
    readonly text?: { readonly type: string; readonly text: string };
  }[];
}

/** A running endpoint. */
export interface SlackEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly messages: readonly SlackMessage[];
  /** What the next requests are answered with, instead of `ok`. */
  refuse(status: number): void;
}

/** Starts an endpoint on a free port. */
export function startSlack(): SlackEndpoint {
  const messages: SlackMessage[] = [];
  let status = 200;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    if (request.method !== "POST") return new Response("invalid_method", { status: 405 });
    if (status !== 200) return new Response("service_unavailable", { status });
    let message: SlackMessage;
    try {
      message = await request.json();
    } catch {
      return new Response("invalid_payload", { status: 400 });
    }
    if (!message.text && !message.attachments?.length && !message.blocks?.length) {
      return new Response("no_text", { status: 400 });
    }
    messages.push(message);
    return new Response("ok");
  });
  return {
    url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/services/T000/B000/XXXX`,
    messages,
    refuse: (next) => void (status = next),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
