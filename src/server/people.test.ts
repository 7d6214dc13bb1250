// First start, logins, passwords and the audit, as a page or a program goes through them.

import { afterEach, expect, test } from "vitest";
import { askAt, createDeskRig } from "../../tests/rigs/desk.ts";
import { cookieOf, createMonitorRig, headersOf, type MonitorRig, PASSWORD } from "../../tests/rigs/monitor-app.ts";
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

const LOGIN = { method: "POST", url: `${BASE}/session` } as const;
const OWNER = { method: "POST", url: `${BASE}/owner` } as const;

test("the code of the terminal makes the owner, once, and lets in at once", async () => {
  const rig = await newRig("nobody");
  expect((await rig.inject({ url: `${BASE}/session` })).json()).toEqual({
    ...{ name: null, role: null, needsOwner: true, csrf: "" },
  });
  const [code = ""] = rig.codes;
  const owner = { name: "anna", password: PASSWORD };
  const wrong = await rig.inject({ ...OWNER, payload: { ...owner, code: "AAAA-AAAA" } });
  expect(wrong.json()).toMatchObject({ status: 403, type: "/problems/notAllowed" });
  const weak = await rig.inject({ ...OWNER, payload: { code, name: "anna", password: "password1234" } });
  expect(weak.json()).toMatchObject({
    status: 400,
    detail: "the password is one of those that everybody tries first",
  });
  const made = await rig.inject({ ...OWNER, payload: { ...owner, code } });
  expect(made.statusCode, made.body).toBe(200);
  expect(String(made.headers["set-cookie"])).toMatch(
    /^bms_session_8080=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const headers = { cookie: cookieOf(made) };
  expect((await rig.inject({ url: `${BASE}/session`, headers })).json()).toMatchObject({
    name: "anna",
    role: "owner",
  });
  const again = await rig.inject({ ...OWNER, payload: { code, name: "bob", password: PASSWORD } });
  expect(again.statusCode).toBe(409);
  expect(rig.told.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
    ...["createOwner refused", "createOwner done"], // the weak password is one more refusal within ten seconds
  ]);
});

test("three wrong codes make a new one, and guessing on is slowed down", async () => {
  const rig = await newRig("nobody");
  await rig.inject({ url: `${BASE}/session` });
  const payload = { code: "AAAA-AAAA", name: "anna", password: PASSWORD };
  const statuses = [];
  for (let time = 0; time < 6; time++) statuses.push((await rig.inject({ ...OWNER, payload })).statusCode);
  expect(statuses).toEqual([403, 403, 403, 403, 429, 429]);
  expect(rig.codes).toHaveLength(2);
  rig.clock.steady_us += 5_000_000;
  expect((await rig.inject({ ...OWNER, payload: { ...payload, code: rig.codes[0]! } })).statusCode).toBe(403);
  rig.clock.steady_us += 60_000_000;
  rig.clock.wall_ms += 60_000;
  expect((await rig.inject({ ...OWNER, payload: { ...payload, code: rig.codes[1]! } })).statusCode).toBe(200);
});

test("after a quarter of an hour the code in the terminal is another", async () => {
  const rig = await newRig("nobody");
  await rig.inject({ url: `${BASE}/session` });
  rig.clock.wall_ms += 15 * 60_000;
  const payload = { code: rig.codes[0]!, name: "anna", password: PASSWORD };
  expect((await rig.inject({ ...OWNER, payload })).json().detail).toMatch("a new one stands in the terminal");
  expect((await rig.inject({ ...OWNER, payload: { ...payload, code: rig.codes[1]! } })).statusCode).toBe(200);
});

test("two who bring the right code at once: one is the owner", async () => {
  const rig = await newRig("nobody");
  await rig.inject({ url: `${BASE}/session` });
  const tries = ["anna", "bob"].map((name) =>
    rig.inject({ ...OWNER, payload: { code: rig.codes[0]!, name, password: PASSWORD } }),
  );
  expect((await Promise.all(tries)).map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

test("a login makes a new session and ends the one before it; logging out ends it", async () => {
  const rig = await newRig();
  const before = headersOf(rig, "viewer", "session");
  const payload = { name: "the viewer", password: PASSWORD };
  const login = await rig.inject({ ...LOGIN, headers: before, payload });
  const after = { cookie: cookieOf(login), "x-csrf-token": login.json().csrf };
  const whoOf = async (headers: Record<string, string>) =>
    (await rig.inject({ url: `${BASE}/session`, headers })).json().name;
  expect(cookieOf(login)).not.toBe(before["cookie"]);
  expect([await whoOf(before), await whoOf(after)]).toEqual([null, "the viewer"]);
  const out = await rig.inject({ method: "DELETE", url: `${BASE}/session`, headers: after });
  expect(String(out.headers["set-cookie"])).toMatch(/^bms_session_8080=; Max-Age=0; Path=\//);
  expect(await whoOf(after)).toBe(null);
});

test("another password: with the old one only; other sessions end, one's own goes on", async () => {
  const rig = await newRig();
  const [own, other] = [headersOf(rig, "viewer", "session"), headersOf(rig, "viewer", "session")];
  const change = (old: string, password: string) =>
    rig.inject({ method: "PUT", url: `${BASE}/session/password`, headers: own, payload: { old, password } });
  expect((await change("wrong", "yet another fine box")).json()).toMatchObject({ status: 400 });
  expect((await change(PASSWORD, "the viewer 1")).json().detail).toBe(
    "the new password must not be the name with little added",
  );
  expect((await change(PASSWORD, "yet another fine box")).statusCode).toBe(200);
  const whoOf = async (headers: Record<string, string>) =>
    (await rig.inject({ url: `${BASE}/session`, headers })).json().name;
  expect([await whoOf(own), await whoOf(other)]).toEqual(["the viewer", null]);
  const login = (password: string) => rig.inject({ ...LOGIN, payload: { name: "the viewer", password } });
  expect((await login(PASSWORD)).statusCode).toBe(401);
  expect((await login("yet another fine box")).statusCode).toBe(200);
});

test("wrong passwords lock out with a pause that the answer names; a password in the name's field is not written down", async () => {
  const rig = await newRig();
  const login = (name: string) => rig.inject({ ...LOGIN, payload: { name, password: "no" } });
  for (let time = 0; time < 4; time++) expect((await login("Secret12345")).statusCode).toBe(401);
  const locked = await login("the owner");
  expect([locked.statusCode, locked.headers["retry-after"]]).toEqual([429, "4"]);
  expect(JSON.stringify([rig.told, rig.accounts.database.prepare("SELECT * FROM audit").all()])).not.toContain(
    "Secret",
  );
});

test("what was done and refused stands in the audit, with who and from where", async () => {
  const rig = await newRig();
  const owner = headersOf(rig, "owner", "session");
  const post = (url: string, headers: Record<string, string>, payload: object) =>
    rig.inject({ method: "POST", url: BASE + url, headers, payload, remoteAddress: "192.168.1.4" });
  await post("/accounts", owner, { name: "bob", role: "service", password: "a boat that floats" });
  await post("/acknowledge", headersOf(rig, "viewer", "session"), {});
  await post("/acknowledge", headersOf(rig, "operator", "token"), {});
  await post("/settings/check", headersOf(rig, "viewer", "session"), { changes: {} });
  const { entries } = (await rig.inject({ url: `${BASE}/audit`, headers: owner })).json();
  expect(entries.map(({ number, wall_ms, ...entry }: Record<string, unknown>) => entry)).toEqual([
    { actor: "token of operator", address: "192.168.1.4", what: "acknowledge", outcome: "done", text: "{}" },
    ...[{ actor: "the viewer", address: "192.168.1.4", what: "acknowledge", outcome: "refused" }].map((entry) => ({
      ...entry,
      text: "this needs the role operator; the viewer is viewer",
    })),
    { actor: "the owner", address: "192.168.1.4", what: "addAccount", outcome: "done", text: "bob as service" },
  ]);
  expect(rig.told.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual(["addAccount done", "acknowledge refused"]);
});

test("of settings the audit has the names alone: some are secrets", async () => {
  const rig = await newRig();
  const headers = headersOf(rig, "service", "session");
  const changes = { "sockets.key": "hunter2hunter2", "battery.cells": 12 };
  await rig.inject({ method: "POST", url: `${BASE}/settings`, headers, payload: { changes } });
  const row = rig.accounts.database.prepare("SELECT what, outcome, text FROM audit").get();
  expect(row).toEqual({ what: "applySettings", outcome: "done", text: "sockets.key, battery.cells" });
});

test("a refused change names its settings and the reason of each, and folds only with the same", async () => {
  const desk = createDeskRig(0.1);
  const ask = async (name: never, input: never, who: never) => askAt(desk, name, input, who);
  const rig = await newRig("people", { device: { ask, tell: () => {} } as unknown as DeviceLink });
  const headers = headersOf(rig, "service", "session");
  const change = async (changes: object): Promise<void> => {
    const reply = await rig.inject({ method: "POST", url: `${BASE}/settings`, headers, payload: { changes } });
    expect(reply.statusCode, reply.body).toBe(422);
  };
  const overvoltage = { "protections.overvoltage.limit_V": 99 };
  await change(overvoltage);
  await change({ constructor: 1 });
  await change({ ...overvoltage, "battery.cells": 99 });
  rig.clock.wall_ms += 60_000;
  await change(overvoltage);
  rig.clock.wall_ms += 60_000;
  await change(overvoltage);
  rig.clock.wall_ms += 600_000;
  const owner = headersOf(rig, "owner", "session");
  const { entries } = (await rig.inject({ url: `${BASE}/audit`, headers: owner })).json();
  const texts: string[] = entries.map(({ text }: { text: string }) => text).reverse();
  const one = /^protections\.overvoltage\.limit_V: no setting was changed; protections\.overvoltage\.limit_V .{5,}/;
  expect(texts).toHaveLength(4);
  expect(texts[0]).toMatch(one);
  expect(texts[1]).toMatch(/^constructor: no setting was changed; constructor .{5,}/);
  expect(texts[2]).toMatch(/^protections\.overvoltage\.limit_V, battery\.cells: .*; battery\.cells .{5,}/);
  expect(texts[3]).toBe(
    `2 more, the first at 2026-11-29T00:01:00.000Z, the last at 2026-11-29T00:02:00.000Z: ${texts[0]}`,
  );
});

test("wrong passwords fold into one line with how many they were, and when the first and the last", async () => {
  const rig = await newRig();
  const guess = async () => {
    rig.clock.steady_us += 3_600_000_000;
    return rig.inject({ ...LOGIN, payload: { name: "the owner", password: "no" } });
  };
  for (let time = 0; time < 4; time++) {
    expect((await guess()).statusCode).toBe(401);
    rig.clock.wall_ms += 60_000;
  }
  rig.clock.wall_ms += 600_000;
  const { entries } = (await rig.inject({ url: `${BASE}/audit`, headers: headersOf(rig, "owner", "session") })).json();
  expect(entries.map(({ text }: { text: string }) => text).reverse()).toEqual([
    "the name or the password is wrong",
    "3 logins with a wrong name or password refused, the first at 2026-11-29T00:01:00.000Z, the last at 2026-11-29T00:03:00.000Z",
  ]);
});

test("while the disk takes nothing, who is in goes on looking and giving commands", async () => {
  const rig = await newRig();
  const person = headersOf(rig, "operator", "session");
  const program = headersOf(rig, "operator", "token");
  rig.accounts.database.exec("PRAGMA query_only = ON");
  rig.clock.wall_ms += 3_600_000;
  for (const headers of [person, program]) {
    expect((await rig.inject({ url: `${BASE}/device`, headers })).statusCode).toBe(200);
    const command = { method: "POST", url: `${BASE}/commands/powerDown`, headers, payload: {} } as const;
    expect((await rig.inject(command)).statusCode).toBe(200);
  }
  rig.accounts.database.exec("PRAGMA query_only = OFF");
});
