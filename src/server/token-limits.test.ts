// What a token may never do: make or change accounts, passwords and tokens, its own end included. Its last day and its revocation end
// all that came of it.

import { afterEach, expect, test } from "vitest";
import { createMonitorRig, headersOf, type MonitorRig, nameOf, PASSWORD } from "../../tests/rigs/monitor-app.ts";
import { OPERATION_NAMES, OPERATIONS } from "../monitor/operations.ts";
import { addToken, listTokens } from "./accounts/tokens.ts";
import { BASE, openApi } from "./openapi.ts";

const rigs: MonitorRig[] = [];
const newRig = async (): Promise<MonitorRig> => {
  const rig = await createMonitorRig();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** All that changes something where people, passwords and tokens are kept; whoever logs in says a password. */
const ROUTES = OPERATION_NAMES.filter((name) => {
  const { method, path } = OPERATIONS[name];
  return method !== "GET" && /^\/(accounts|tokens|session)\b/.test(path) && name !== "logIn";
});

const BODIES: Readonly<Record<string, object>> = {
  addAccount: { name: "bob", role: "owner", password: "a boat that floats" },
  changeAccount: { role: "owner", password: "a boat that floats" },
  changePassword: { old: PASSWORD, password: "a boat that floats" },
  addToken: { name: "heir", role: "owner", days: 3650 },
};

const KEPT = [
  "SELECT name, role, hex(hash) FROM accounts",
  "SELECT id, role, expires_ms FROM tokens",
  "SELECT * FROM sessions",
];
const kept = ({ accounts }: MonitorRig): string =>
  JSON.stringify(KEPT.map((sql) => accounts.database.prepare(sql).all()));

test("the routes of accounts, passwords and tokens are seven", () => {
  expect(ROUTES.toSorted()).toEqual([
    "addAccount",
    "addToken",
    "changeAccount",
    "changePassword",
    "logOut",
    "removeAccount",
    "removeToken",
  ]);
});

test.each(ROUTES)("an owner's token is refused %s with 403 and changes nothing", async (name) => {
  const rig = await newRig();
  const token = headersOf(rig, "owner", "token");
  const { cookie = "" } = headersOf(rig, "owner", "session");
  const { method, path } = OPERATIONS[name];
  const [{ id = "" } = {}] = listTokens(rig.accounts.database);
  const url = BASE + path.replace(":name", encodeURIComponent(nameOf("viewer"))).replace(":id", id);
  const before = kept(rig);
  for (const headers of [token, { ...token, cookie }]) {
    const reply = await rig.inject({ method, url, headers, payload: BODIES[name] ?? {} });
    expect(reply.statusCode, reply.body).toBe(403);
    expect(reply.headers["content-type"]).toMatch("application/problem+json");
    expect(reply.json()).toEqual({
      ...{ type: "/problems/notAllowed", title: "Not allowed", status: 403 },
      detail: "this is for people who logged in: a token makes and changes no accounts, passwords or tokens",
    });
  }
  expect(kept(rig)).toBe(before);
  const audit = rig.accounts.database.prepare("SELECT actor, what, outcome FROM audit").all();
  expect(audit).toEqual([{ actor: "token of owner", what: name, outcome: "refused" }]);
});

test("the description of the interface says for each of them that a session is needed", () => {
  const { paths, info } = openApi() as unknown as {
    readonly paths: Record<string, Record<string, { operationId: string; security: object[] }>>;
    readonly info: { description: string };
  };
  expect(info.description).toContain("needs a person's session, and answers a token with 403");
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const byPeople = operations.filter(({ security }) => security.length > 0 && !security.some((one) => "token" in one));
  expect(byPeople.map(({ operationId }) => operationId).toSorted()).toEqual(ROUTES.toSorted());
});

test("with an account go the tokens that it made, at once", async () => {
  const rig = await newRig();
  const { database } = rig.accounts;
  const owner = headersOf(rig, "owner", "session");
  const payload = { name: "Bob", role: "owner", password: "a boat that floats" };
  expect((await rig.inject({ method: "POST", url: `${BASE}/accounts`, headers: owner, payload })).statusCode).toBe(200);
  const made = addToken(database, { name: "pv", role: "viewer", days: 3650, createdBy: "bob" }, rig.clock.wall_ms);
  const look = { url: `${BASE}/device`, headers: { authorization: `Bearer ${made?.secret}` } };
  expect((await rig.inject(look)).statusCode).toBe(200);
  await rig.inject({ method: "DELETE", url: `${BASE}/accounts/bob`, headers: owner });
  expect((await rig.inject(look)).statusCode).toBe(401);
  expect((await rig.inject({ method: "POST", url: `${BASE}/accounts`, headers: owner, payload })).statusCode).toBe(200);
  expect((await rig.inject(look)).statusCode).toBe(401); // nor does another of the same name bring it back
  expect(listTokens(database)).toEqual([]);
});
