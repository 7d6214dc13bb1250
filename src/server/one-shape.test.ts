// Whatever goes wrong answers in the one shape of all problems (RFC 9457), also where no route has been reached or a library of the
// server refuses by itself: over real sockets, for all that can be sent a body.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMonitorRig, headersOf, type MonitorRig } from "../../tests/rigs/monitor-app.ts";
import { PROBLEMS } from "../monitor/problem.ts";
import { DeviceLine } from "./device-line.ts";
import { DeviceNews } from "./device-news.ts";
import { BASE } from "./openapi.ts";
import { addStream } from "./stream.ts";

const pages = mkdtempSync(join(tmpdir(), "bms-mini-one-shape-"));
let rig: MonitorRig;
let port: number;
let token: string;

beforeAll(async () => {
  mkdirSync(join(pages, "assets"));
  writeFileSync(join(pages, "index.html"), "<!doctype html>");
  writeFileSync(join(pages, "assets/app.js"), "1;");
  const news = new DeviceNews(new DeviceLine(pages));
  rig = await createMonitorRig("people", { pages, extend: (app, door) => addStream(app, door, news) });
  await rig.app.listen({ host: "127.0.0.1", port: 0 });
  ({ port } = rig.app.server.address() as AddressInfo);
  token = headersOf(rig, "owner", "token")["authorization"] ?? "";
});
afterAll(async () => {
  await rig.close();
  rmSync(pages, { recursive: true });
});

const request = (line: string, headers: readonly string[] = [], body = ""): string =>
  [`${line} HTTP/1.1`, "host: localhost", "connection: close", ...headers, "", body].join("\r\n");
const owner = (): string => `authorization: ${token}`;
const json = "content-type: application/json";
const UPGRADE = ["connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13"];
const KEY = "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==";
const upgrade = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, "host: localhost", ...UPGRADE, owner(), ...headers, "", ""].join("\r\n");

test.each<[string, number, () => string]>([
  ["no HTTP at all", 400, () => "hello\r\n\r\n"],
  ["an end before its end", 400, () => "GET / HT"],
  ["two lengths", 400, () => request("POST /api/v1/session", ["content-length: 1", "content-length: 2"])],
  ["headers without end", 431, () => request("GET /", [`x: ${"x".repeat(20_000)}`])],
  ["no host", 403, () => "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"],
  ["a stranger's host", 403, () => "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"],
  ["a tunnel", 405, () => request("CONNECT localhost:22")],
  ["an address that is no text", 400, () => request("GET /%zz")],
  ["an address outside", 404, () => request("GET /no.txt")],
  ["a way out of the pages", 403, () => request("GET /assets/%2e%2e/%2e%2e/secret.txt")],
  ["a hidden file", 404, () => request("GET /.git")],
  ["a field of a path without end", 400, () => request(`POST ${BASE}/commands/${"x".repeat(500)}`, [owner()])],
  ["another method", 405, () => request(`PUT ${BASE}/session`)],
  ["a method of others", 405, () => request(`PROPFIND ${BASE}/session`)],
  ["no login", 401, () => request(`GET ${BASE}/device`)],
  ["no JSON", 400, () => request(`POST ${BASE}/session`, [json, "content-length: 1"], "{")],
  ["a form", 415, () => request(`POST ${BASE}/session`, ["content-type: text/html", "content-length: 1"], "x")],
  ["a body too long", 413, () => request(`POST ${BASE}/session`, [json, `content-length: ${1 << 20}`], "{")],
  ["a range of a page with nothing in it", 416, () => request("GET /assets/app.js", ["range: bytes=99999-"])],
  ["a condition that a page does not meet", 400, () => request("GET /assets/app.js", ['if-match: "x"'])],
  ["a stream without WebSocket", 400, () => request(`GET ${BASE}/stream`, [owner()])],
  ["a WebSocket without login", 401, () => upgrade(`${BASE}/stream`, KEY).replace(owner(), "x: y")],
  ["a WebSocket without key", 400, () => upgrade(`${BASE}/stream`)],
  ["a WebSocket of another version", 400, () => upgrade(`${BASE}/stream`, KEY).replace("version: 13", "version: 99")],
  ["a WebSocket with a wrong protocol", 400, () => upgrade(`${BASE}/stream`, KEY, "sec-websocket-protocol: ,")],
  ["another upgrade", 400, () => upgrade(`${BASE}/stream`, KEY).replace("upgrade: websocket", "upgrade: h2c")],
  ["a WebSocket where there is none", 400, () => upgrade(`${BASE}/device`, KEY)],
  ["a WebSocket by another method", 400, () => upgrade(`${BASE}/session`, KEY).replace("GET", "POST")],
  ["a WebSocket at an address that is none", 400, () => upgrade(`${BASE}/nothing`, KEY)],
])("%s is answered %i as a problem", async (_, status, bytes) => {
  const answer = await exchange(bytes());
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head, answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  const problem = JSON.parse(body);
  expect(Object.entries(PROBLEMS).find(([kind]) => problem.type === `/problems/${kind}`)?.[1]).toMatchObject({
    ...{ status, title: problem.title },
  });
  expect(problem.status).toBe(status);
  expect(problem.detail).toMatch(/^(?![A-Z][a-z]).{6,}[^.]$/);
  expect(rig.reports).toEqual([]);
});

test("what a client expects beyond a sign to go on keeps nothing from being answered", async () => {
  expect(await exchange(request(`GET ${BASE}/session`, ["expect: wonders"]))).toMatch(/^HTTP\/1\.1 200 /);
});

test("who asks while the server ends is told so in the one shape", async () => {
  let answer = "";
  const ending = await createMonitorRig("people");
  ending.app.addHook("preClose", async () => {
    answer = await exchange(request(`GET ${BASE}/session`), (ending.app.server.address() as AddressInfo).port);
  });
  await ending.app.listen({ host: "127.0.0.1", port: 0 });
  await ending.close();
  expect(answer).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*content-type: application\/problem\+json[\s\S]*"the server is ending"/,
  );
});

/** Sends and gives what comes back until the other side has closed. */
async function exchange(bytes: string, to = port): Promise<string> {
  const pieces: string[] = [];
  const socket = connect({ host: "127.0.0.1", port: to, allowHalfOpen: true });
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => pieces.push(chunk));
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  if (bytes.includes("\r\n\r\n")) socket.write(bytes, "latin1");
  else socket.end(bytes, "latin1");
  await once(socket, "close");
  return pieces.join("");
}
