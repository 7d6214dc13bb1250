// Answers in the one shape of all problems where no request reaches the application: no HTTP at all, too much or too little of it, a
// tunnel, an upgrade that is no WebSocket, a server that is ending. What only one connection feels is written to its socket.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { PROBLEMS, type Problem } from "../monitor/problem.ts";
import { BASE } from "./openapi.ts";
import { ourWay, PROBLEM_TYPE, problemBody, sendProblem } from "./problems.ts";

const BROKEN: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { kind: "headersTooLarge", detail: "the headers are longer than 16 kB" },
  ERR_HTTP_REQUEST_TIMEOUT: { kind: "tooSlow", detail: "the request did not come to its end in time" },
};
const NO_HTTP: Problem = { kind: "invalid", detail: "this is no request of HTTP" };
const NO_TUNNEL: Problem = { kind: "wrongMethod", detail: "this is no proxy: CONNECT leads nowhere" };
const NO_SOCKET: Problem = { kind: "invalid", detail: `there is no WebSocket here: the stream is at ${BASE}/stream` };
const ENDING: Problem = { kind: "unavailable", detail: "the server is ending", retryAfter_s: 5 };

/** For what the parser of HTTP gives up on. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET") socket.destroy();
  else endWith(socket, BROKEN[error.code ?? ""] ?? NO_HTTP);
}

/** The rest of it, before any other hook: call it once the WebSockets are there. */
export function addBareAnswers(app: FastifyInstance): void {
  let isEnding = false;
  app.addHook("preClose", async () => {
    isEnding = true;
  });
  app.addHook("onRequest", async (request, reply) => {
    if (isEnding) await sendProblem(reply, ENDING);
    else if (request.ws && request.routeOptions.url !== `${BASE}/stream`) await sendProblem(reply, NO_SOCKET);
  });
  app.server.on("connect", (_, socket: Duplex) => endWith(socket, NO_TUNNEL));
  // What a client expects beyond 100-continue is not for us to fulfil, nor a reason not to answer (RFC 9110, 10.1.1).
  app.server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) =>
    app.routing(request, response),
  );
  app.websocketServer?.on("wsClientError", ({ message }, socket) =>
    endWith(socket, { kind: "invalid", detail: ourWay(message) }, ["sec-websocket-version: 13"]),
  );
}

/** Writes the whole answer and ends the connection. */
function endWith(socket: Duplex, problem: Problem, more: readonly string[] = []): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemBody(problem));
  const { status, title } = PROBLEMS[problem.kind];
  const headers = [`content-type: ${PROBLEM_TYPE}`, `content-length: ${Buffer.byteLength(body)}`, "connection: close"];
  socket.once("finish", () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.end([`HTTP/1.1 ${status} ${title}`, ...headers, "cache-control: no-store", ...more, "", body].join("\r\n"));
}
