// The whole interface of a running device, asked by its published description alone: by an owner's token, with values that fit, hardly
// fit or do not fit at all. No answer is a 5xx, none takes long, and the device goes on as if nothing had been.

import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROBLEMS } from "../../src/monitor/problem.ts";
import { type Monitored, OWNER, startMonitored } from "../../tools/browser/monitored-device.ts";
import { requestTo, TARGETS } from "../rigs/api-requests.ts";
import { thorough } from "../thorough.ts";

const SEED = Number(process.env["INTERFACE_SEED"] ?? 20_261_130);
/** What ends the device's process for a moment, or the session that everything here is asked with. */
const NOT_ASKED = ["startScenario", "removeToken"];
const MOST_ms = 10_000;
const STATUS: ReadonlyMap<string, number> = new Map(
  Object.entries(PROBLEMS).map(([kind, { status }]) => [`/problems/${kind}`, status]),
);

let device: Monitored;
let token: string;

beforeAll(async () => {
  device = await startMonitored();
  const json = { "content-type": "application/json" };
  const body = JSON.stringify({ ...OWNER, code: device.code });
  const made = await fetch(`${device.url}/api/v1/owner`, { method: "POST", headers: json, body });
  const { csrf } = (await made.json()) as { csrf: string };
  const cookie = made.headers.getSetCookie()[0]!.split(";")[0]!;
  const headers = { ...json, cookie, "x-csrf-token": csrf };
  const wanted = JSON.stringify({ name: "tester", role: "owner", days: 1 });
  const added = await fetch(`${device.url}/api/v1/tokens`, { method: "POST", headers, body: wanted });
  token = ((await added.json()) as { secret: string }).secret;
}, 120_000);

afterAll(() => device?.stop(), 30_000);

test("the description that is served is the one that the tests and the documents have", async () => {
  const served = await fetch(`${device.url}/api/v1/openapi.json`).then((reply) => reply.json());
  const { paths } = served as { paths: Record<string, Record<string, { operationId: string }>> };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
    TARGETS.map((each) => each.operationId).sort(),
  );
});

test(`requests to all of a running device (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const pid = device.pid("run");
  const answered = new Map<string, Set<number>>();
  const targets = TARGETS.filter(({ operationId }) => !NOT_ASKED.includes(operationId));
  const any = fc
    .constantFrom(...targets)
    .chain((target) => fc.tuple(fc.constant(target.operationId), requestTo(target)));
  const property = fc.asyncProperty(any, async ([name, asked]) => {
    const payload = typeof asked.payload === "string" ? asked.payload : "";
    const { status, body, type } = await ask(String(asked.method), String(asked.url), payload, asked.headers ?? {});
    const what = `${asked.method} ${asked.url} ${payload.slice(0, 300)}: ${status} ${body.slice(0, 500)}`;
    expect(status, what).toBeLessThan(500);
    if (status >= 400 && asked.method !== "HEAD") {
      expect(type, what).toMatch("application/problem+json");
      expect(STATUS.get(JSON.parse(body).type), what).toBe(status);
    }
    answered.set(name, (answered.get(name) ?? new Set()).add(status));
  });
  // A device goes on living: what is found is told as it was, and not made smaller on another state.
  await fc.assert(property, { seed: SEED, numRuns: thorough(4000, 500), endOnFailure: true });
  // It is not all refused: what fits has been answered by device, data folder and server.
  for (const name of ["snapshot", "record", "settings", "logs", "journal", "accounts", "checkSettings", "world"])
    expect([...(answered.get(name) ?? [])], name).toContain(200);
  expect(device.pid("run")).toBe(pid);
  for (const path of ["device", `history?from_us=0&to_us=${9e15}&signals=soc,cells_V[3]&points=100`])
    expect((await ask("GET", `/api/v1/${path}`, "", {})).status, path).toBe(200);
});

type Answered = { readonly status: number; readonly type: string; readonly body: string };

function ask(method: string, path: string, payload: string, headers: object): Promise<Answered> {
  const all = { ...headers, authorization: `Bearer ${token}`, "content-length": Buffer.byteLength(payload) };
  return new Promise((resolve, reject) => {
    const sent = request(device.url, { method, path, headers: all, timeout: MOST_ms }, (reply) => {
      const pieces: Buffer[] = [];
      reply.on("data", (piece: Buffer) => pieces.push(piece));
      reply.on("error", reject);
      reply.on("end", () => {
        const type = reply.headers["content-type"] ?? "";
        resolve({ status: reply.statusCode ?? 0, type, body: Buffer.concat(pieces).toString() });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${MOST_ms} ms: ${method} ${path}`)));
    sent.on("error", reject);
    sent.end(payload);
  });
}
