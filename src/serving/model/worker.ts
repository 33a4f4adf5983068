/**
 * A thread that holds a model: large batches keep it busy, and nobody else waits.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { Reply, Task } from "@/serving/model/messages.ts";
import { Performer } from "@/serving/model/perform.ts";

const performer = new Performer();

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  let reply: Reply;
  try {
    reply = { ok: true, result: await performer.perform(data) };
  } catch (error) {
    const { name, message } = error as Error;
    reply = { ok: false, name, message };
  }
  self.postMessage(reply);
};
