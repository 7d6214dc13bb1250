// Answers that are packed: for whom, which, and that they say the same. Weights: RFC 9110, 12.5.3.

import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMonitorRig, headersOf, type MonitorRig } from "../../tests/rigs/monitor-app.ts";
import type { DataDesk } from "./answerers.ts";
import { takesGzip } from "./packed-answers.ts";

test.each([
  ["gzip, deflate, br, zstd", true],
  ["br;q=1.0, GZIP;q=0.5", true],
  ["*", true],
  ["gzip;q=0", false],
  ["gzip;q=0, *", false],
  ["*;q=0", false],
  ["br", false],
  ["identity", false],
  ["", false],
  [undefined, false],
])("who accepts %s takes gzip: %s", (accepted, expected) => {
  expect(takesGzip(accepted)).toBe(expected);
});

const POINTS = 500;
const series = Array.from({ length: POINTS }, (_, i) => 3.2 + i / 1000);
const HISTORY = { series: [{ name: "cells_V[1]", time_us: series, min: series, max: series }] };
const ANSWER = { ...HISTORY, detail: "rows", isFine: true };
const ELSEWHERE = "192.168.1.20";

describe("an answer", () => {
  let rig: MonitorRig;
  beforeAll(async () => {
    const ask = async (name: string) => ({ ok: true, answer: name === "history" ? ANSWER : { logs: [] } });
    rig = await createMonitorRig("people", { data: { ask } as unknown as DataDesk });
  });
  afterAll(() => rig.close());

  const get = (path: string, encodings: string, remoteAddress: string) =>
    rig.inject({
      ...{ method: "GET", url: `/api/v1${path}`, remoteAddress },
      headers: { ...headersOf(rig, "viewer", "token"), "accept-encoding": encodings },
    });
  const history = "/history?from_us=0&to_us=9000000&signals=soc&points=500";

  test("of a long history goes packed to another machine that takes it, and says the same", async () => {
    const plain = await get(history, "identity", ELSEWHERE);
    const packed = await get(history, "gzip, br", ELSEWHERE);
    expect([plain.headers["content-encoding"], packed.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
    expect([plain.headers["vary"], packed.headers["vary"]]).toEqual(["accept-encoding", "accept-encoding"]);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.payload);
    expect(JSON.parse(plain.payload)).toEqual(ANSWER);
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(packed.headers["content-length"]).toBe(String(packed.rawPayload.length));
  });

  test.each([
    ["within this machine, where packing only takes time", history, "127.0.0.1"],
    ["that fits into a packet", "/logs", ELSEWHERE],
  ])("%s goes as it is", async (_, path, from) => {
    const reply = await get(path, "gzip", from);
    expect([reply.statusCode, reply.headers["content-encoding"]]).toEqual([200, undefined]);
  });
});
