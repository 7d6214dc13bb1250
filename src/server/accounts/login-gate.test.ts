// Guessing passwords: by name, by address, many at once, and what a wrong name tells.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hashPassword } from "../../device/password-hash.ts";
import { insertAccount } from "./account-rows.ts";
import { openAccountsFile } from "./accounts-file.ts";
import { createLoginGate, judgeLogin, type LoginGate } from "./login-gate.ts";

const PASSWORD = "a fine box of cells";
const folder = mkdtempSync(join(tmpdir(), "bms-mini-gate-"));
const { database } = openAccountsFile(folder);
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});
const hash = await hashPassword(PASSWORD, 10);
for (const name of ["anna", "bob"]) insertAccount(database, { name, role: "owner", hash, created_ms: 0 });

function gateAt(): { readonly gate: LoginGate; readonly wait: (s: number) => void } {
  const clock = { now_us: 1 };
  const wait = (s: number): void => {
    clock.now_us += s * 1e6;
  };
  return { gate: createLoginGate(database, () => clock.now_us, 10), wait };
}

const HERE = { address: "127.0.0.1", isLocal: true };
const FAR = { address: "192.168.1.9", isLocal: false };

async function guess(
  gate: LoginGate,
  name: string,
  password: string,
  from: typeof HERE = HERE,
): Promise<string | number> {
  const judged = await judgeLogin(gate, { name, ...from }, password);
  return judged.ok ? judged.account.name : (judged.problem.retryAfter_s ?? judged.problem.kind);
}

test("the right password is let in, whatever the capitals of the name", async () => {
  const { gate } = gateAt();
  expect(await guess(gate, "anna", PASSWORD)).toBe("anna");
  expect(await guess(gate, "ANNA", PASSWORD)).toBe("anna");
  expect(await guess(gate, "anna", `${PASSWORD} `)).toBe("notLoggedIn");
  expect(await guess(gate, "carl", PASSWORD)).toBe("notLoggedIn");
});

test("the fourth wrong password locks out, each further one for twice as long; then the right one is let in", async () => {
  const { gate, wait } = gateAt();
  for (let wrong = 0; wrong < 4; wrong++) expect(await guess(gate, "anna", "no")).toBe("notLoggedIn");
  expect(await guess(gate, "anna", PASSWORD)).toBe(4);
  wait(3.9);
  expect(await guess(gate, "anna", PASSWORD)).toBe(1);
  wait(0.2);
  expect(await guess(gate, "anna", "no")).toBe("notLoggedIn");
  expect(await guess(gate, "anna", PASSWORD)).toBe(8);
  wait(8.1);
  expect(await guess(gate, "anna", PASSWORD)).toBe("anna");
  expect(await guess(gate, "anna", "no")).toBe("notLoggedIn");
  expect(await guess(gate, "anna", PASSWORD)).toBe("anna");
});

test("one name guessed from many addresses is locked out for them all, and not for whoever stands at the machine", async () => {
  const { gate } = gateAt();
  for (let host = 1; host <= 4; host++)
    expect(await guess(gate, "anna", "no", { ...FAR, address: `192.168.1.${host}` })).toBe("notLoggedIn");
  expect(await guess(gate, "Anna", PASSWORD, { ...FAR, address: "192.168.1.77" })).toBe(4);
  expect(await guess(gate, "bob", PASSWORD, { ...FAR, address: "192.168.1.77" })).toBe("bob");
  expect(await guess(gate, "anna", PASSWORD, HERE)).toBe("anna");
});

test("one address that guesses many names is locked out, with all of its IPv6 network", async () => {
  const { gate } = gateAt();
  for (let host = 1; host <= 4; host++)
    expect(await guess(gate, `name ${host}`, "no", { ...FAR, address: `2001:db8::${host}` })).toBe("notLoggedIn");
  expect(await guess(gate, "anna", PASSWORD, { ...FAR, address: "2001:db8:0:0:5:6:7:8" })).toBe(4);
  expect(await guess(gate, "anna", PASSWORD, { ...FAR, address: "2001:db8:0:1::1" })).toBe("anna");
});

test("many guesses at once are judged one after another: the pause holds for them too, and too many are not even queued", async () => {
  const { gate } = gateAt();
  const all = await Promise.all(Array.from({ length: 20 }, () => guess(gate, "anna", "no")));
  expect(all.filter((came) => came === "notLoggedIn")).toHaveLength(4);
  expect(all.filter((came) => came === 4)).toHaveLength(12);
  expect(all.filter((came) => came === 1)).toHaveLength(4);
});

test("a name that is none is compared as thoroughly as one that is", async () => {
  const { gate, wait } = gateAt();
  const times = { anna: [] as number[], nobody: [] as number[] };
  await gate.nobody;
  for (let round = 0; round < 15; round++) {
    for (const name of ["anna", "nobody"] as const) {
      wait(4000);
      const before = process.hrtime.bigint();
      expect(await guess(gate, name, "no")).toBe("notLoggedIn");
      times[name].push(Number(process.hrtime.bigint() - before));
    }
  }
  const [known, unknown] = [Math.min(...times.anna), Math.min(...times.nobody)];
  expect(unknown).toBeGreaterThan(known / 3); // without the comparison it is a hundredth
});
