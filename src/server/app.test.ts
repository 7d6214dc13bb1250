// The application over requests: every refusal in one shape, whose request it is, first start, passwords, headers, pages.

import type { InjectOptions } from "fastify";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createMonitorRig, headersOf, type MonitorRig, PASSWORD } from "../../tests/rigs/monitor-app.ts";
import { PROBLEMS, refuse } from "../monitor/problem.ts";
import type { DeviceLink } from "./answerers.ts";
import { BASE } from "./openapi.ts";

const rigs: MonitorRig[] = [];
const newRig = async (...args: Parameters<typeof createMonitorRig>): Promise<MonitorRig> => {
  const rig = await createMonitorRig(...args);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** For tests that leave nothing behind. */
let shared: MonitorRig;
beforeAll(async () => {
  shared = await createMonitorRig("people", { names: ["Boat.example"] });
});
afterAll(() => shared.close());

const json = { "content-type": "application/json" };
const LOGIN = { method: "POST", url: `${BASE}/session` } as const;

describe("each refusal is a problem in one shape", () => {
  test.each<[string, number, string, InjectOptions]>([
    ["an address that is none", 404, "unknown", { url: `${BASE}/nothing` }],
    ["an address outside the interface", 404, "unknown", { url: "/nothing.txt" }],
    ["a method that the address does not know", 405, "wrongMethod", { method: "PUT", url: `${BASE}/session` }],
    ["a method that nobody knows", 405, "wrongMethod", { method: "PROPFIND" as never, url: `${BASE}/device` }],
    ["no JSON", 400, "invalid", { ...LOGIN, headers: json, payload: "{name:" }],
    ["empty JSON", 400, "invalid", { ...LOGIN, headers: json, payload: "" }],
    [
      "JSON that reaches for the prototype",
      400,
      "invalid",
      { ...LOGIN, headers: json, payload: '{"__proto__":{"a":1}}' },
    ],
    ["another format", 415, "wrongType", { ...LOGIN, headers: { "content-type": "text/plain" }, payload: "x" }],
    [
      "a form",
      415,
      "wrongType",
      { ...LOGIN, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: "a=b" },
    ],
    ["too much", 413, "tooLarge", { ...LOGIN, headers: json, payload: JSON.stringify("x".repeat(256 * 1024)) }],
    ["a field that is missing", 400, "invalid", { ...LOGIN, payload: { name: "anna" } }],
    ["a field too many", 400, "invalid", { ...LOGIN, payload: { name: "anna", password: "x", role: "owner" } }],
    ["a number for a text", 400, "invalid", { ...LOGIN, payload: { name: "anna", password: 1 } }],
    ["no login", 401, "notLoggedIn", { url: `${BASE}/device` }],
    ["a token that is none", 401, "notLoggedIn", { url: `${BASE}/device`, headers: { authorization: "Bearer bms_x" } }],
    ["a wrong password", 401, "notLoggedIn", { ...LOGIN, payload: { name: "the owner", password: "x" } }],
    ["an address that is no text", 400, "invalid", { url: "/%" }],
  ])("%s: %i %s", async (_, status, kind, request) => {
    const reply = await shared.inject(request);
    expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json(; charset=utf-8)?$/);
    expect(reply.headers["cache-control"]).toBe("no-store");
    const problem = reply.json();
    expect(problem).toMatchObject({ type: `/problems/${kind}`, status });
    expect(reply.statusCode).toBe(status);
    expect(problem.detail.length).toBeGreaterThan(5);
    expect(problem.detail).toMatch(/^(?![A-Z][a-z]).*[^.]$/);
    expect(problem.detail.toLowerCase()).not.toBe(problem.title.toLowerCase());
    expect(shared.reports).toEqual([]);
  });

  test.each(Object.entries(PROBLEMS))(
    "the address that the type %s names explains it",
    async (kind, { title, help }) => {
      const reply = await shared.inject({ url: `/problems/${kind}` });
      expect(reply.headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(reply.body).toMatch(new RegExp(`^${title}\\n`));
      expect(reply.body).toContain(help);
    },
  );

  test("and of a kind that is none says so", async () => {
    for (const kind of ["nothing", "toString"])
      expect((await shared.inject({ url: `/problems/${kind}` })).json()).toMatchObject({ status: 404 });
  });

  test("a field too many and a number out of range are named", async () => {
    const owner = headersOf(shared, "owner", "session");
    const detailOf = async (url: string) => (await shared.inject({ url: BASE + url, headers: owner })).json().detail;
    expect(await detailOf("/audit?limit=0")).toBe("query/limit must be >= 1");
    expect(await detailOf("/audit?limit=ten")).toBe("query/limit must be integer");
    expect(await detailOf("/audit?limit=1&limit=2")).toBe("query/limit must be integer");
    expect(await detailOf("/audit?limits=1")).toBe('query has a field "limits" that nobody asked for');
  });

  test("what the device refuses comes with its reasons and when to try again", async () => {
    const problem = {
      ...refuse("tooMany", "wait").problem,
      violations: [{ setting: "battery.cells", kind: "value" as const, reason: "no" }],
      retryAfter_s: 3,
    };
    const device = { ask: async () => ({ ok: false, problem }), tell: () => {} } as unknown as DeviceLink;
    const rig = await newRig("people", { device });
    const reply = await rig.inject({ url: `${BASE}/device`, headers: headersOf(rig, "viewer", "token") });
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([429, "3"]);
    expect(reply.json().violations).toEqual(problem.violations);
  });

  test("a mistake of our own is told to the terminal alone, and as one to who keeps them", async () => {
    const device = { ask: () => Promise.reject(new Error("secret of /etc")), tell: () => {} } as unknown as DeviceLink;
    const rig = await newRig("people", { device });
    const reply = await rig.inject({ url: `${BASE}/device`, headers: headersOf(rig, "viewer", "token") });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toMatch(/secret|\.ts|at /);
    expect(rig.reports.join()).toMatch(
      /^internal error in the answer to GET \/api\/v1\/device [\s\S]*secret of \/etc[\s\S]*app\.test\.ts/,
    );
  });

  test("accounts that cannot be read are an answer too, and not a mistake", async () => {
    const rig = await newRig();
    const headers = headersOf(rig, "viewer", "session");
    rig.accounts.database.exec("PRAGMA query_only = ON");
    const reply = await rig.inject({ ...LOGIN, headers, payload: { name: "the owner", password: PASSWORD } });
    rig.accounts.database.exec("PRAGMA query_only = OFF");
    expect(reply.statusCode).toBe(503);
  });

  test("an answer lets out only what its schema names", async () => {
    const answer = { settingsKey: "k", changes: [{ name: "a", from: 1, to: 2, hash: "secret" }], hash: "secret" };
    const device = { ask: async () => ({ ok: true, answer }), tell: () => {} } as unknown as DeviceLink;
    const rig = await newRig("people", { device });
    const headers = headersOf(rig, "service", "token");
    const reply = await rig.inject({ method: "POST", url: `${BASE}/settings`, headers, payload: { changes: {} } });
    expect(reply.json()).toEqual({ settingsKey: "k", changes: [{ name: "a", from: 1, to: 2 }] });
  });
});

describe("whose request it is", () => {
  test.each([
    ["localhost", 200],
    ["localhost:8080", 200],
    ["LOCALHOST:9999", 200],
    ["127.0.0.1:8080", 200],
    ["127.8.9.10", 200],
    ["[::1]:8080", 200],
    ["boat.example:8080", 200],
    ["evil.example", 403],
    ["localhost.evil.example", 403],
    ["evil.example:8080@localhost", 403],
    ["127.0.0.1.evil.example", 403],
    ["192.168.7.7", 403],
    ["local host", 403],
    ["[::1", 403],
  ])("asked by the name %j: %i", async (host, status) => {
    const reply = await shared.inject({ url: `${BASE}/session`, headers: { host } });
    expect(reply.statusCode).toBe(status);
  });

  test.each([
    ["http://localhost:8080", 200],
    [undefined, 200],
    ["http://localhost:3000", 403],
    ["http://localhost", 403],
    ["https://evil.example", 403],
    ["null", 403],
    ["", 403],
    ["http://localhost:8080.evil.example", 403],
  ])("a page of %s changes something: %i", async (origin, status) => {
    shared.asked.length = 0;
    const headers = { ...headersOf(shared, "operator", "session"), ...(origin === undefined ? {} : { origin }) };
    const reply = await shared.inject({ method: "POST", url: `${BASE}/acknowledge`, headers, payload: {} });
    expect(reply.statusCode).toBe(status);
    expect(shared.asked).toHaveLength(status === 200 ? 1 : 0);
  });

  test("without an owner only this machine is served, and nobody can be the owner from elsewhere", async () => {
    const rig = await newRig("nobody");
    for (const remoteAddress of ["192.168.1.4", "::ffff:192.168.1.4", "fe80::1"]) {
      const reply = await rig.inject({ url: `${BASE}/session`, remoteAddress });
      expect(reply.statusCode).toBe(403);
    }
    for (const remoteAddress of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      expect((await rig.inject({ url: `${BASE}/session`, remoteAddress })).json().needsOwner).toBe(true);
  });

  test("an address that asks too often is told when to come again, and others are served on", async () => {
    const rig = await newRig("people", { limits: { here: 3, elsewhere: 1 } });
    const statuses = async (remoteAddress: string, times: number) => {
      const replies = [];
      for (let time = 0; time < times; time++)
        replies.push(await rig.inject({ url: `${BASE}/session`, remoteAddress }));
      return replies;
    };
    const far = await statuses("192.168.1.4", 11);
    expect(far.map(({ statusCode }) => statusCode)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    expect(Number(far[10]?.headers["retry-after"])).toBeGreaterThan(0);
    expect(far[10]?.json().type).toBe("/problems/tooMany");
    expect((await statuses("192.168.1.5", 1))[0]?.statusCode).toBe(200);
    expect((await statuses("127.0.0.1", 31)).filter(({ statusCode }) => statusCode === 200)).toHaveLength(30);
  });
});

test("a job is the account's, wherever it comes from; what the device's journal tells has the address", async () => {
  const rig = await newRig();
  const headers = headersOf(rig, "service", "session");
  for (const remoteAddress of ["127.0.0.1", "10.0.0.7"]) {
    await rig.inject({ url: `${BASE}/jobs/1`, headers, remoteAddress });
    await rig.inject({ url: `${BASE}/device`, headers, remoteAddress });
  }
  expect(rig.asked.map(({ name, who }) => [name, who.actor])).toEqual([
    ["job", "the service"],
    ["device", "the service, 127.0.0.1"],
    ["job", "the service"],
    ["device", "the service, 10.0.0.7"],
  ]);
});
