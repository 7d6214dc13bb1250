// The server as it really listens: plain HTTP for this machine, TLS for others once there is an owner, and what comes over a
// socket that no library would send.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, afterEach, expect, test } from "vitest";
import { openAccountsFile } from "./accounts/accounts-file.ts";
import { type MonitorOptions, type MonitorServer, startMonitor } from "./monitor-server.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-server-"));
const running: MonitorServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

afterAll(() => rmSync(ROOT, { recursive: true }));

const PASSWORD = "a fine box of cells";

async function start(options: Partial<MonitorOptions> = {}) {
  const lines: string[] = [];
  const folder = mkdtempSync(join(ROOT, "data-"));
  const all = {
    folder,
    pages: join(ROOT, "no-pages"),
    port: 0,
    tlsPort: 0,
    cost: 10,
    say: (line: string) => void lines.push(line),
    ...options,
  };
  const server = await startMonitor(all);
  running.push(server);
  return { server, lines, folder: all.folder, base: `${server.url}/api/v1` };
}

const json = { "content-type": "application/json" };

async function makeOwner(base: string, lines: readonly string[]): Promise<Response> {
  const code = /the code (\S+)/.exec(lines.join("\n"))?.[1];
  return await fetch(`${base}/owner`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ code, name: "anna", password: PASSWORD }),
  });
}

test("the first start says where it is and the code; the owner made by it is in, and logs out", async () => {
  const { base, lines, server } = await start();
  expect(lines[0]).toBe(`monitor: ${server.url}`);
  expect(lines[1]).toMatch(
    new RegExp(`^first start: open ${server.url} and make the owner with the code \\w{4}-\\w{4} `),
  );
  const made = await makeOwner(base, lines);
  const { csrf } = (await made.json()) as { csrf: string };
  const [cookie = ""] = made.headers.getSetCookie()[0]?.split(";") ?? [];
  expect(made.headers.getSetCookie()[0]).not.toContain("Secure");
  const who = async () => (await fetch(`${base}/session`, { headers: { cookie } })).json();
  expect(await who()).toMatchObject({ name: "anna", needsOwner: false });
  await fetch(`${base}/session`, { method: "DELETE", headers: { cookie, "x-csrf-token": csrf } });
  expect(await who()).toMatchObject({ name: null });
});

test("a session outlives a restart of the server; the code of a first start does not", async () => {
  const first = await start();
  const made = await makeOwner(first.base, first.lines);
  const [cookie = ""] = made.headers.getSetCookie()[0]?.split(";") ?? [];
  await running.pop()?.close();
  const second = await start({ folder: first.folder });
  expect(second.lines).toEqual([`monitor: ${second.server.url}`]);
  expect(await (await fetch(`${second.base}/session`, { headers: { cookie } })).json()).toMatchObject({ name: "anna" });
  const [one, two] = [await start(), await start()];
  expect((await makeOwner(two.base, one.lines)).status).toBe(403);
});

test("others are served by TLS, and not before there is an owner", async () => {
  const { base, lines, server, folder } = await start({ host: "0.0.0.0" });
  expect(lines).toContain("0.0.0.0 is served as soon as there is an owner");
  expect(await server.tls()).toBeUndefined();
  await makeOwner(base, lines);
  const tls = await server.tls();
  expect(lines.at(-1)).toMatch(`SHA-256 fingerprint of the certificate ${tls?.certificate.fingerprint}`);
  const { port } = tls!.server.address() as { port: number };
  const login = JSON.stringify({ name: "anna", password: PASSWORD });
  const request = `POST /api/v1/session HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\ncontent-length: ${login.length}\r\nconnection: close\r\n\r\n${login}`;
  const socket = connectTls({ host: "127.0.0.1", port, ca: tls?.certificate.cert ?? "", servername: "localhost" });
  await once(socket, "secureConnect");
  const seen = socket.getPeerX509Certificate();
  const answer = await talk(socket, request);
  expect(seen?.fingerprint256).toBe(tls?.certificate.fingerprint);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toMatch(
    /set-cookie: bms_session_0=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict/i,
  );
  await running.pop()?.close();
  const again = await start({ folder, host: "0.0.0.0" });
  expect((await again.server.tls())?.certificate.fingerprint).toBe(tls?.certificate.fingerprint);
});

test("an older TLS than 1.2 and plain HTTP at the port of TLS get nothing", async () => {
  const { base, lines, server } = await start({ host: "0.0.0.0" });
  await makeOwner(base, lines);
  const { port } = (await server.tls())!.server.address() as { port: number };
  const old = get({
    host: "127.0.0.1",
    port,
    path: "/",
    rejectUnauthorized: false,
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1",
  });
  await expect(once(old, "response")).rejects.toThrow();
  expect(await talk(connect({ host: "127.0.0.1", port }), "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")).not.toContain(
    "HTTP/1.1 200",
  );
});

test.each([
  ["no Host", "GET /api/v1/session HTTP/1.1\r\n\r\n", 403],
  ["no Host in the old way", "GET /api/v1/session HTTP/1.0\r\n\r\n", 403],
  ["an empty Host", "GET /api/v1/session HTTP/1.1\r\nhost:\r\n\r\n", 403],
  ["two Hosts", "GET /api/v1/session HTTP/1.1\r\nhost: evil.example\r\nhost: localhost\r\n\r\n", 403],
  ["a Host in the address", "GET http://evil.example/api/v1/session HTTP/1.1\r\nhost: evil.example\r\n\r\n", 403],
  ["no HTTP", "hello\r\n\r\n", 400],
  ["a method that HTTP does not know", "DROP /api/v1/device HTTP/1.1\r\nhost: localhost\r\n\r\n", 400],
  ["CONNECT", "CONNECT evil.example:80 HTTP/1.1\r\nhost: localhost\r\n\r\n", 405],
  ["TRACE", "TRACE /api/v1/device HTTP/1.1\r\nhost: localhost\r\n\r\n", 405],
  [
    "two lengths",
    "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    400,
  ],
  [
    "length and pieces",
    "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  ["headers without end", `GET / HTTP/1.1\r\nhost: localhost\r\n${"x: y\r\n".repeat(10_000)}\r\n`, 431],
  ["a path out of the folder", "GET /../../../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n", 404],
  ["a path out of the interface", "GET /api/v1/../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n", 404],
  ["a path without end", `GET /api/v1/jobs/${"a".repeat(9000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 400],
  ["a path with a zero", "GET /api/v1/jobs/%00 HTTP/1.1\r\nhost: localhost\r\n\r\n", 401],
])("%s over a bare socket", async (_, request, status) => {
  const { server } = await start();
  const { port } = server.app.server.address() as { port: number };
  const answer = await talk(connect({ host: "127.0.0.1", port }), request.replace("\r\n", "\r\nconnection: close\r\n"));
  expect(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]).toBe(String(status));
  expect(answer).not.toContain("root:");
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
});

test("a port that is taken, a host that is none and a newer file are said in one line", async () => {
  const { server } = await start();
  const { port } = server.app.server.address() as { port: number };
  await expect(start({ port })).rejects.toThrow(/^port \d+ of 127\.0\.0\.1 is taken: choose another with --port$/);
  const folder = mkdtempSync(join(ROOT, "data-"));
  const owner = await start({ folder });
  await makeOwner(owner.base, owner.lines);
  await running.pop()?.close();
  await expect(start({ folder, host: "192.0.2.1" })).rejects.toThrow(/^192\.0\.2\.1 is no address of this machine$/);
  const { database } = openAccountsFile(folder);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await expect(start({ folder })).rejects.toThrow(/is from a newer program/);
});

/** Sends, and gives all that comes until the other side closes. */
async function talk(socket: ReturnType<typeof connect>, text: string): Promise<string> {
  const pieces: string[] = [];
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => void pieces.push(chunk));
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return pieces.join("");
}
