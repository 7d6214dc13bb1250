// The interface under fire, aimed by nothing but its own published description: wrong types, strange values, torn and huge bodies,
// bad tokens, tricks with paths, methods that nobody knows, bytes that are no HTTP. Whatever comes: never a 5xx, always one
// shape, and nothing is changed or asked of the device without the right to.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METHODS, requestTo, TARGETS } from "../../tests/rigs/api-requests.ts";
import { createMonitorRig, headersOf, type MonitorRig, nameOf } from "../../tests/rigs/monitor-app.ts";
import { thorough } from "../../tests/thorough.ts";
import type { Role } from "../model/rows.ts";
import { isAllowed, OPERATIONS, type OperationName } from "../monitor/operations.ts";
import { PROBLEMS } from "../monitor/problem.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { addToken } from "./accounts/tokens.ts";

const SEED = 20_261_129;

let rig: MonitorRig;
const folder = mkdtempSync(join(tmpdir(), "bms-mini-fuzz-"));
beforeAll(async () => {
  mkdirSync(join(folder, "web"));
  writeFileSync(join(folder, "secret.txt"), "the secret of the folder");
  writeFileSync(join(folder, "web/index.html"), "<title>page</title>");
  rig = await createMonitorRig("people", { pages: join(folder, "web") });
  rig.accounts.database.exec("PRAGMA synchronous = OFF"); // thousands of entries; nobody pulls the plug here
  await rig.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

const anyRequest = fc.constantFrom(...TARGETS).chain(requestTo);

const KINDS = new Map(Object.entries(PROBLEMS).map(([kind, { status }]) => [`/problems/${kind}`, status]));

function expectFit(reply: LightMyRequestResponse, request: InjectOptions): void {
  const what = `${request.method} ${String(request.url).slice(0, 300)}\n${String(request.payload).slice(0, 300)}\n${reply.body.slice(0, 500)}`;
  expect(reply.statusCode, what).toBeLessThan(500);
  expect(reply.body, what).not.toMatch(/\n {4}at |node_modules|the secret of/);
  if (reply.statusCode < 400 || request.method === "HEAD") return;
  expect(reply.headers["content-type"], what).toMatch("application/problem+json");
  const problem = reply.json();
  expect(KINDS.get(problem.type), what).toBe(reply.statusCode);
  expect(problem.status, what).toBe(reply.statusCode);
  expect(Object.keys(problem).sort(), what).toEqual(expect.arrayContaining(["detail", "status", "title", "type"]));
}

type Armed = {
  readonly name: string;
  readonly role: Role | undefined;
  readonly mayChange: boolean;
  readonly headers: Record<string, string>;
};

function armed(): readonly Armed[] {
  const { database } = rig.accounts;
  const owner = nameOf("owner");
  const old = addToken(
    database,
    { name: "old", role: "owner", days: 1, createdBy: owner },
    rig.clock.wall_ms - 2 * 86_400_000,
  );
  const { cookie = "" } = headersOf(rig, "owner", "session");
  const [viewer, operator, service] = (["viewer", "operator", "service"] as const).map((role) =>
    headersOf(rig, role, "session"),
  );
  const none = { role: undefined, mayChange: false };
  return [
    { name: "nobody", ...none, headers: {} },
    { name: "who makes up a token", ...none, headers: { authorization: `Bearer bms_00000000_${"A".repeat(43)}` } },
    { name: "who brings an old token", ...none, headers: { authorization: `Bearer ${old?.secret}` } },
    {
      name: "who brings the owner's cookie and a bad token",
      ...none,
      headers: { cookie, authorization: "Basic b3duZXI6eA==" },
    },
    { name: "a page of elsewhere with the owner's cookie", role: "owner", mayChange: false, headers: { cookie } },
    { name: "the viewer", role: "viewer", mayChange: true, headers: viewer! },
    { name: "the operator", role: "operator", mayChange: true, headers: operator! },
    { name: "the service", role: "service", mayChange: true, headers: service! },
  ];
}

const dump = (): string =>
  JSON.stringify(
    ["SELECT name, role, hex(hash) FROM accounts", "SELECT id, name, role FROM tokens"].map((sql) =>
      rig.accounts.database.prepare(sql).all(),
    ),
  );

test(`requests of who is no owner, by the description (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const people = armed();
  const before = dump();
  const reached = new Set<string>();
  const property = fc.asyncProperty(anyRequest, fc.constantFrom(...people), async (request, who) => {
    rig.asked.length = 0;
    rig.clock.steady_us += 3_600_000_000;
    // Logging out ends the arms, and another password is the viewer's own right.
    const ends = request.method !== "GET" && /\/session(\/password)?\?/.test(`${request.url}?`) && who.mayChange;
    const headers = ends ? {} : who.headers;
    const reply = await rig.inject({ ...request, headers: { ...headers, ...request.headers } });
    expectFit(reply, request);
    for (const { name, input, who: asker } of rig.asked) {
      reached.add(name);
      const row = OPERATIONS[name as OperationName];
      expect(asker.role, `${who.name} ${name}`).toBe(who.role);
      expect(isAllowed(who.role, row.role), `${who.name} ${name}`).toBe(true);
      expect(who.mayChange || row.method === "GET", `${who.name} ${name}`).toBe(true);
      expect(Object.keys(SCHEMAS[name as OperationName].input.properties)).toEqual(
        expect.arrayContaining(Object.keys(input as object)),
      );
    }
    expect(dump()).toBe(before);
  });
  await fc.assert(property, { seed: SEED, numRuns: thorough(20_000, 3000) });
  // It is not all turned away at the door: what fits and is allowed arrives.
  expect([...reached]).toEqual(expect.arrayContaining(["snapshot", "history", "command", "breakThing", "setWorld"]));
  expect(rig.reports).toEqual([]);
});

test(`requests of the owner, who may change all but stay without owner (seed ${SEED})`, {
  timeout: 300_000,
}, async () => {
  const owner = fc.oneof(
    ...TARGETS.filter(({ operationId }) => OPERATIONS[operationId as OperationName]?.by === "server").map(requestTo),
  );
  const property = fc.asyncProperty(owner, async (request) => {
    rig.clock.steady_us += 3_600_000_000;
    const headers = headersOf(rig, "owner", "session");
    expectFit(await rig.inject({ ...request, headers: { ...headers, ...request.headers } }), request);
    const owners = rig.accounts.database.prepare("SELECT count(*) AS count FROM accounts WHERE role = 'owner'").get();
    expect(Number(owners?.["count"])).toBeGreaterThan(0);
  });
  await fc.assert(property, { seed: SEED, numRuns: thorough(5000, 500) });
  expect(rig.reports).toEqual([]);
});

const PIECES = [
  "..",
  ".",
  "%2e%2e",
  "%2E.",
  "%00",
  "api",
  "v1",
  "assets",
  "",
  "\\",
  "%5c",
  "%2f",
  "etc",
  "passwd",
  "secret.txt",
  ";",
  "%",
  "%zz",
  "*",
  "~",
  "?",
  "#",
  "index.html",
  ".git",
  "%c0%ae",
  "ä",
  "session",
  "accounts",
  ":name",
  "__proto__",
  "a".repeat(500),
];

/** Written as it is: no library between that would tidy a path up. */
async function bare(method: string, path: string): Promise<string> {
  const { port } = rig.app.server.address() as { port: number };
  return exchange(
    port,
    Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`),
    "waits",
  );
}

test(`paths that look for a way out (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const path = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => `/${pieces.join("/")}`);
  const property = fc.asyncProperty(path, fc.constantFrom(...METHODS), async (url, method) => {
    const answer = await bare(method, url);
    expect(answer, `${method} ${url}`).toMatch(/^HTTP\/1\.1 [234]\d\d /);
    expect(answer, `${method} ${url}`).not.toMatch(/the secret of|root:|\n {4}at /);
    if (!answer.startsWith("HTTP/1.1 2")) expect(answer).toMatch(/content-type: application\/problem\+json/i);
  });
  await fc.assert(property, { seed: SEED, numRuns: thorough(10_000, 800) });
  expect(rig.reports).toEqual([]);
});

test(`bytes that are hardly HTTP, over a socket (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const { port } = rig.app.server.address() as { port: number };
  const body = '{"name":"the owner","password":"no"}';
  const whole = `POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(edits, fc.nat(whole.length), async (changes, cut) => {
    const bytes = Buffer.from(whole, "latin1");
    for (const [place, byte] of changes) bytes[place] = byte;
    rig.clock.steady_us += 3_600_000_000;
    const answer = await exchange(port, cut % 4 === 0 ? bytes.subarray(0, cut) : bytes);
    expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
  });
  await fc.assert(property, { seed: SEED, numRuns: thorough(5000, 300) });
  expect(await exchange(port, Buffer.from("GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\n\r\n"))).toMatch(
    /^HTTP\/1\.1 200 /,
  );
  expect(rig.reports).toEqual([]);
});

/** Sends and gives what comes back, until the other side has closed; at once says that no more will come, or waits. */
async function exchange(port: number, bytes: Uint8Array, then: "ends" | "waits" = "ends"): Promise<string> {
  const pieces: string[] = [];
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => pieces.push(chunk));
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  if (then === "ends") socket.end(bytes);
  else socket.write(bytes);
  await once(socket, "close");
  return pieces.join("");
}
