// Log files over HTTP: whole, in parts, while they are written; no name leads out of the folder, and nobody gets one without a login.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { opened } from "../../../tests/fixed-logs.ts";
import { overchargedPack, writePackFolder } from "../../../tests/pack-logs.ts";
import { readMessages } from "../../log/log-file.ts";
import { TOPIC_NAMES } from "../../log/topics.ts";
import { type MonitorServer, startMonitor } from "../monitor-server.ts";
import { createDataOperations, type DataOperations } from "./data-operations.ts";
import { addDownloads, partOf } from "./download.ts";

const pack = overchargedPack(100);
const NAME = "2026-06-01T00-00-00Z.mcap";

describe.each([
  ["finished", Infinity],
  ["being written", 60e6],
])("a log that is %s", (_, tail_us) => {
  let data: DataOperations;
  let server: MonitorServer;
  let folder: string;
  let cookie: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bms-mini-download-"));
    writePackFolder(folder, pack, tail_us);
    data = createDataOperations(folder);
    let code = "";
    server = await startMonitor({
      ...{ folder, port: 0, data, pages: folder },
      say: (line) => {
        code = / code (\S+)/.exec(line)?.[1] ?? code;
      },
      extend: (app, door) => addDownloads(app, door, data),
    });
    cookie = await ownerCookie(server.app, code);
  });
  afterAll(async () => {
    await server.close();
    await data.close();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    server.app.inject({ url: `/api/v1${path}`, headers: { cookie, ...headers } });

  test("comes as a finished file with every message", async () => {
    const { statusCode, rawPayload, headers } = await get(`/logs/${NAME}`);
    expect(statusCode).toBe(200);
    expect(headers["content-disposition"]).toContain(NAME);
    const log = opened(new Uint8Array(rawPayload));
    expect(log.isFinished).toBe(true);
    const count = [
      ...readMessages(
        log,
        TOPIC_NAMES.filter((topic) => topic !== "/settings"),
      ),
    ].length;
    expect(count).toBe(pack.log.filter(({ topic }) => topic !== "/settings").length);
  });

  test("is for nobody without a login", async () => {
    const { statusCode, rawPayload } = await get(`/logs/${NAME}`, { cookie: "" });
    expect(statusCode).toBe(401);
    expect(rawPayload.length).toBeLessThan(1000);
  });

  test.each([
    "/logs/nothing.mcap",
    "/logs/..%2Fjournal.sqlite",
    "/logs/..%2f..%2f..%2fetc%2fpasswd",
    `/logs/%2e%2e%2flog%2f${NAME}`,
    `/logs/${NAME}%00.txt`,
    "/logs/2026-06-01T00-00-00Z.tail",
  ])("is not %s", async (path) => {
    const { statusCode, payload } = await get(path);
    expect([400, 404]).toContain(statusCode);
    expect(payload).not.toContain("root:");
  });

  test("comes in the parts that are asked for, once it is finished", async () => {
    if (tail_us !== Infinity) return;
    const whole = readFileSync(join(folder, "log", NAME));
    const part = await get(`/logs/${NAME}`, { range: "bytes=100-199" });
    expect([part.statusCode, part.headers["content-range"]]).toEqual([206, `bytes 100-199/${whole.length}`]);
    expect(part.rawPayload.equals(whole.subarray(100, 200))).toBe(true);
    const beyond = await get(`/logs/${NAME}`, { range: `bytes=${whole.length}-` });
    expect(beyond.statusCode).toBe(416);
    expect(beyond.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(beyond.headers["content-range"]).toBe(`bytes */${whole.length}`);
    expect(beyond.headers["content-disposition"]).toBeUndefined();
    expect(beyond.json()).toEqual({
      ...{ type: "/problems/outOfRange", title: "Nothing in this range", status: 416 },
      detail: `the log has ${whole.length} bytes, and none of them is in the range "bytes=${whole.length}-"`,
    });
  });
});

test.each([
  [undefined, undefined],
  ["bytes=0-0", { first: 0, last: 0 }],
  ["bytes=90-", { first: 90, last: 99 }],
  ["bytes=90-1000", { first: 90, last: 99 }],
  ["bytes=-10", { first: 90, last: 99 }],
  ["bytes=-1000", { first: 0, last: 99 }],
  ["bytes=100-", "none"],
  ["bytes=-0", "none"],
  ["bytes=9-3", undefined],
  ["bytes=0-1,5-6", undefined],
  ["lines=0-1", undefined],
])("of a hundred bytes the range %s is %j", (range, part) => {
  expect(partOf(range, 100)).toEqual(part);
});

async function ownerCookie(app: FastifyInstance, code: string): Promise<string> {
  const payload = { code, name: "owner", password: "a long password of ours" };
  const { headers, statusCode } = await app.inject({ method: "POST", url: "/api/v1/owner", payload });
  expect(statusCode).toBe(200);
  return String(headers["set-cookie"]).split(";")[0]!;
}
