// The pages: files of a folder. What the build names by its content may be kept for ever, everything else is asked for anew;
// addresses within the pages all get the one page, which knows them.

import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Where the build puts them, beside the sources and beside the published program alike. */
export const PAGES = join(import.meta.dirname, "../../dist/web");
const FOR_EVER = "public, max-age=31536000, immutable";

/** Whether there are pages to serve. */
export async function addPages(app: FastifyInstance, folder: string): Promise<boolean> {
  if (!existsSync(join(folder, "index.html"))) return false;
  await app.register(fastifyStatic, {
    ...{ root: folder, cacheControl: false, preCompressed: true, dotfiles: "ignore", index: "index.html" },
    setHeaders: (reply, path) => {
      const isNamedByContent = path.startsWith(join(folder, "assets/"));
      reply.header("cache-control", isNamedByContent ? FOR_EVER : "no-cache");
    },
  });
  return true;
}

/** For an address that is no file: the page itself, where a person asks for one of its views. */
export function sendView(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const [path = ""] = request.url.split("?");
  const isView = !path.slice(path.lastIndexOf("/")).includes(".") && !path.startsWith("/api/");
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isView && isRead ? reply.sendFile("index.html") : undefined;
}
