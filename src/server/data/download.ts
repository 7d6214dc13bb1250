// Hands out log files: finished ones from the disk, also in parts (ranges); one that is being written as a finished copy of what there
// is now. A name is looked for among the folder's logs and never becomes a path.

import { open } from "node:fs/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { admit, type Door } from "../door.ts";
import { BASE } from "../openapi.ts";
import { sendProblem } from "../problems.ts";
import type { DataOperations } from "./data-operations.ts";

const MCAP = "application/octet-stream";

/** Adds the route. */
export function addDownloads(app: FastifyInstance, door: Door, data: Pick<DataOperations, "copyOf">): void {
  app.get<{ Params: { name: string } }>(
    `${BASE}/logs/:name`,
    {
      onRequest: async (request, reply) => {
        await admit(door, "log", { method: "GET", role: "viewer" }, request, reply);
      },
    },
    async (request, reply) => {
      const came = await data.copyOf(request.params.name);
      if (!came.ok) return sendProblem(reply, came.problem);
      const { answer } = came;
      void reply.headers({
        "content-type": MCAP,
        "content-disposition": `attachment; filename="${request.params.name}"`,
        "cache-control": "no-store",
      });
      if ("bytes" in answer)
        return reply.send(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.length));
      return sendFile(request, reply, answer.path);
    },
  );
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> {
  const file = await open(path).catch(() => undefined); // held open, it can be read to its end whoever removes it
  if (file === undefined)
    return sendProblem(reply, { kind: "unknown", detail: "there is no log of this name any more" });
  const { size } = await file.stat();
  const part = partOf(request.headers.range, size);
  void reply.header("accept-ranges", "bytes");
  if (part === "none") {
    await file.close();
    void reply.header("content-range", `bytes */${size}`);
    return sendProblem(reply.removeHeader("content-disposition"), {
      kind: "outOfRange",
      detail: `the log has ${size} bytes, and none of them is in the range "${request.headers.range?.slice(0, 100)}"`,
    });
  }
  const { first, last } = part ?? { first: 0, last: size - 1 };
  if (part !== undefined) void reply.code(206).header("content-range", `bytes ${first}-${last}/${size}`);
  void reply.header("content-length", last - first + 1);
  return reply.send(file.createReadStream({ start: first, end: last }));
}

type Part = { readonly first: number; readonly last: number };

/** One range of bytes (RFC 9110, 14.1.2): undefined where all is asked for, or several; "none" where there is nothing of it. */
export function partOf(range: string | undefined, size: number): Part | "none" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(size - 1, Number(to));
  if (to !== "" && from !== "" && Number(to) < Number(from)) return undefined; // no range at all: to be ignored
  return first < size && first <= last ? { first, last } : "none";
}
