// The pages' files: what is cached, what is packed, what is a view of the page, and what is nobody's business.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMonitorRig, type MonitorRig } from "../../tests/rigs/monitor-app.ts";
import { BASE } from "./openapi.ts";

const folder = mkdtempSync(join(tmpdir(), "bms-mini-pages-"));
let rig: MonitorRig;
beforeAll(async () => {
  mkdirSync(join(folder, "web/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "web/.hidden"), "secret");
  writeFileSync(join(folder, "web/index.html"), "<title>page</title>");
  writeFileSync(join(folder, "web/assets/main-abc.js"), "1".repeat(5000));
  writeFileSync(join(folder, "web/assets/main-abc.js.gz"), "gzipped");
  writeFileSync(join(folder, "web/assets/main-abc.js.br"), "brotlied");

  rig = await createMonitorRig("people", { pages: join(folder, "web") });
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["/", "<title>page</title>", "no-cache"],
  ["/settings/protections", "<title>page</title>", "no-cache"],
  ["/assets/main-abc.js", "1".repeat(5000), "public, max-age=31536000, immutable"],
])("%s", async (url, body, cache) => {
  const reply = await rig.inject({ url });
  expect([reply.statusCode, reply.body, reply.headers["cache-control"]]).toEqual([200, body, cache]);
});

test.each([
  ["br, gzip", "brotlied"],
  ["gzip", "gzipped"],
])("what is packed already goes out to those who take %s", async (encodings, body) => {
  const reply = await rig.inject({ url: "/assets/main-abc.js", headers: { "accept-encoding": encodings } });
  expect([reply.body, reply.headers["cache-control"]]).toEqual([body, "public, max-age=31536000, immutable"]);
  expect(reply.headers["content-type"]).toMatch("javascript");
});

test.each([
  ...["/assets/gone.js", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt"],
  ...["/assets/..%5c..%5csecret.txt", "/.hidden", "/%2ehidden", "/assets/%00.js", "//secret.txt", "/api/v1/", "/api"],
])("%s gives nothing away", async (url) => {
  const reply = await rig.inject({ url });
  expect(reply.body).not.toContain("secret");
  expect(reply.statusCode === 200 ? reply.body : "problem").toMatch(/^(problem|<title>page<\/title>)$/);
  expect(reply.statusCode).toBeLessThan(500);
});

test("every answer forbids frames, scripts and styles from elsewhere or inline, and says nothing of where people come from", async () => {
  for (const url of ["/", "/gone.js", `${BASE}/session`, `${BASE}/device`]) {
    const { headers } = await rig.inject({ url });
    expect(headers["content-security-policy"]).toBe(
      "default-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
    );
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  }
});
