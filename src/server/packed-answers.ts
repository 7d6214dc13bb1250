// Answers in JSON, packed for whoever takes that and comes from another machine: months of history as numbers in text shrink to a fraction.
// Within this machine packing costs more than it saves. The quickest level, off the main thread.

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "./accounts/visitor.ts";

/** Less than this fits into a packet or two as it is. */
const LEAST_bytes = 1024;
const QUICKEST = 1;

const pack = promisify(gzip);

/** What is read, and not what answers a change: the answer to a login or a new token holds a secret. */
export async function sendJson(request: FastifyRequest, reply: FastifyReply, answer: unknown): Promise<FastifyReply> {
  const text = Buffer.from(JSON.stringify(answer));
  void reply.headers({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  if (request.method !== "GET" || text.length < LEAST_bytes || isLoopback(request.ip)) return reply.send(text);
  void reply.header("vary", "accept-encoding");
  if (!takesGzip(request.headers["accept-encoding"])) return reply.send(text);
  return reply.header("content-encoding", "gzip").send(await pack(text, { level: QUICKEST }));
}

/** Named, or by a star, with a weight that is not 0 (RFC 9110, 12.5.3). Nobody who says nothing wants it. */
export function takesGzip(accepted: string | undefined): boolean {
  const weights = new Map(
    (accepted ?? "").split(",").map((part) => {
      const [name = "", ...parameters] = part.toLowerCase().split(";");
      const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each !== undefined);
      return [name.trim(), Number(weight ?? 1)] as const;
    }),
  );
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
}
