// Who may do what: every operation of the table, for every role, by session, by token and without either, exactly as its row says.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CHANGE_HEADERS,
  createMonitorRig,
  headersOf,
  type MonitorRig,
  nameOf,
  PASSWORD,
} from "../../tests/rigs/monitor-app.ts";
import { fitting } from "../../tests/rigs/schema-arbitrary.ts";
import type { Role } from "../model/rows.ts";
import { OPERATION_NAMES, OPERATIONS, type OperationName, ROLES } from "../monitor/operations.ts";
import { SCHEMAS } from "../monitor/schemas.ts";
import { BASE } from "./openapi.ts";

let rig: MonitorRig;
beforeAll(async () => {
  rig = await createMonitorRig();
});
afterAll(() => rig.close());

/** Of people alone: what a token could make or change here would outlive it. */
const OF_SESSIONS: readonly OperationName[] = [
  ...(["logOut", "changePassword", "addAccount", "changeAccount", "removeAccount"] as const),
  ...(["addToken", "removeToken"] as const),
];

/** What the server answers by asking device and data folder. */
const BY_ASKING: Readonly<Partial<Record<OperationName, readonly string[]>>> = {
  rollback: ["revision", "settings", "applySettings"],
};

/** An input that fits, the same in each run. */
function inputOf(name: OperationName): Record<string, unknown> {
  if (name === "logIn") return { name: nameOf("viewer"), password: PASSWORD };
  const [input] = fc.sample(fitting(SCHEMAS[name].input as never), { seed: 7, numRuns: 1 });
  return input as Record<string, unknown>;
}

function requestOf(name: OperationName, headers: Record<string, string>) {
  const { method, path } = OPERATIONS[name];
  const input = inputOf(name);
  const url = path.replace(/:(\w+)/g, (_, field: string) => {
    const value = input[field];
    delete input[field];
    return encodeURIComponent(String(value) || "x");
  });
  const isRead = method === "GET";
  const query = isRead ? Object.fromEntries(Object.entries(input).map(([field, value]) => [field, String(value)])) : {};
  return rig.inject({ method, url: BASE + url, headers, query, ...(isRead ? {} : { payload: input }) });
}

const CASES = [
  ...ROLES.flatMap((role) => [
    { role, by: "session" as const },
    { role, by: "token" as const },
  ]),
  { role: undefined, by: "nobody" as const },
];

const RANK: Readonly<Record<Role | "anyone", number>> = { anyone: 0, viewer: 1, operator: 2, service: 3, owner: 4 };
const rankOf = (role: Role | undefined): number => (role === undefined ? 0 : RANK[role]);

describe.each(OPERATION_NAMES)("%s", (name) => {
  const { role: needs, by: answers } = OPERATIONS[name];

  test.each(CASES)(`of $role by $by, where ${needs} is needed`, async ({ role, by }) => {
    rig.asked.length = 0;
    rig.clock.steady_us += 3_600_000_000;
    const headers = headersOf(rig, role ?? "viewer", by);
    const reply = await requestOf(name, headers);
    const may = rankOf(role) >= RANK[needs] && !(by === "token" && OF_SESSIONS.includes(name));
    if (may) expect([401, 403], reply.body).not.toContain(reply.statusCode);
    else expect(reply.statusCode, reply.body).toBe(role === undefined ? 401 : 403);
    expect(reply.statusCode, reply.body).toBeLessThan(500);
    const asks = answers === "server" ? (BY_ASKING[name] ?? []) : [name];
    const expected = may ? asks : [];
    expect(
      rig.asked.map((each) => each.name),
      reply.body,
    ).toEqual(expected);
    if (expected.length > 0) expect(rig.asked[0]?.who.role).toBe(role);
  });

  if (OPERATIONS[name].method !== "GET" && needs !== "anyone")
    test("is refused by session without the session's word, or with another session's", async () => {
      rig.asked.length = 0;
      const { cookie = "" } = headersOf(rig, "owner", "session");
      const { "x-csrf-token": other = "" } = headersOf(rig, "owner", "session");
      for (const headers of [{ cookie }, { cookie, "x-csrf-token": other }, { cookie, "x-csrf-token": "" }]) {
        const reply = await requestOf(name, headers);
        expect(reply.statusCode).toBe(403);
        expect(reply.json().type).toBe("/problems/notAllowed");
      }
      expect(rig.asked).toEqual([]);
    });
});

test("a role that grows or shrinks holds at the next request, for its sessions and for the tokens it made", async () => {
  const owner = headersOf(rig, "owner", "session");
  const token = headersOf(rig, "owner", "token");
  const two = { name: "second owner", role: "owner", password: "another fine box" };
  expect((await rig.inject({ method: "POST", url: `${BASE}/accounts`, headers: owner, payload: two })).statusCode).toBe(
    200,
  );
  const demote = { method: "PUT", url: `${BASE}/accounts/the%20owner`, payload: { role: "viewer" } } as const;
  expect((await rig.inject({ ...demote, headers: owner })).statusCode).toBe(200);
  expect((await rig.inject({ url: `${BASE}/accounts`, headers: owner })).statusCode).toBe(401);
  expect((await rig.inject({ url: `${BASE}/accounts`, headers: token })).statusCode).toBe(403);
  expect((await rig.inject({ url: `${BASE}/device`, headers: { ...token, ...CHANGE_HEADERS } })).statusCode).toBe(200);
});
