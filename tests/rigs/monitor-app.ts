// The monitor's application as the tests ask it: clocks that only the test moves, cheap passwords, one person of each role, and in
// place of device and data folder somebody who writes down what was asked and says yes to all.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import type { Noted } from "../../src/device/monitor-frames.ts";
import { hashPassword } from "../../src/device/password-hash.ts";
import type { Role } from "../../src/model/rows.ts";
import type { Who } from "../../src/monitor/desk-host.ts";
import { ROLES } from "../../src/monitor/operations.ts";
import { insertAccount } from "../../src/server/accounts/account-rows.ts";
import { type Accounts, closeAccounts, openAccounts } from "../../src/server/accounts/accounts.ts";
import { beginSession } from "../../src/server/accounts/sessions.ts";
import { addToken } from "../../src/server/accounts/tokens.ts";
import type { DataDesk, DeviceLink } from "../../src/server/answerers.ts";
import { type AppOptions, createApp } from "../../src/server/app.ts";

export const COST = 10;
export const START_ms = Date.UTC(2026, 10, 29);
export const PASSWORD = "a fine box of cells";
export const CHANGE_HEADERS = { host: "localhost:8080" };

export type Asked = { readonly name: string; readonly input: unknown; readonly who: Who };
export type By = "session" | "token" | "nobody";

export type MonitorRig = {
  readonly folder: string;
  readonly accounts: Accounts;
  readonly app: FastifyInstance;
  /** What device and data were asked. */
  readonly asked: Asked[];
  /** What the device's journal was told. */
  readonly told: Noted[];
  /** Codes that stood in the terminal. */
  readonly codes: string[];
  readonly reports: string[];
  readonly clock: { wall_ms: number; steady_us: number };
  readonly inject: (options: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly close: () => Promise<void>;
};

export const nameOf = (role: Role): string => `the ${role}`;

/** Where an empty answer would be none. */
const ANSWERS: Readonly<Record<string, object>> = {
  revision: { values: {} },
  settings: { settingsKey: "", values: {} },
};

/** With one person of each role, unless nobody is wanted. */
export async function createMonitorRig(
  people: "people" | "nobody" = "people",
  options: Partial<AppOptions> = {},
): Promise<MonitorRig> {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-monitor-"));
  const clock = { wall_ms: START_ms, steady_us: 0 };
  const [asked, told, codes, reports]: [Asked[], Noted[], string[], string[]] = [[], [], [], []];
  const accounts = openAccounts({
    ...{ folder, cost: COST, wall_ms: () => clock.wall_ms, steady_us: () => clock.steady_us },
    ...{ showCode: (code) => void codes.push(code), tell: (noted) => void told.push(noted) },
  });
  if (people === "people") await addPeople(accounts);
  const ask = async (name: string, input: unknown, who: Who) => {
    asked.push({ name, input, who });
    return { ok: true, answer: ANSWERS[name] ?? {} };
  };
  const device = { ask, tell: (noted: Noted) => void told.push(noted) } as unknown as DeviceLink;
  const app = await createApp({
    ...{ accounts, device, data: { ask } as unknown as DataDesk, pages: join(folder, "no-pages") },
    ...{ limits: { here: 1e9, elsewhere: 1e9 }, report: (line) => void reports.push(line), ...options },
  });
  const close = async () => {
    await app.close();
    closeAccounts(accounts);
    rmSync(folder, { recursive: true });
  };
  const inject = (request: InjectOptions) =>
    app.inject({ ...request, headers: { ...CHANGE_HEADERS, ...request.headers } });
  return { folder, accounts, app, asked, told, codes, reports, clock, inject, close };
}

async function addPeople(accounts: Accounts): Promise<void> {
  const hash = await hashPassword(PASSWORD, COST);
  for (const role of ROLES) insertAccount(accounts.database, { name: nameOf(role), role, hash, created_ms: START_ms });
  accounts.hasOwner = true;
}

/** Headers of somebody of this role: a new session, or a new token of the owner's. */
export function headersOf({ accounts, clock }: MonitorRig, role: Role, by: By): Record<string, string> {
  if (by === "nobody") return {};
  if (by === "session") {
    const { key, csrf } = beginSession(accounts.database, nameOf(role), clock.wall_ms);
    return { cookie: `bms_session_8080=${key}`, "x-csrf-token": csrf };
  }
  accounts.database.exec("DELETE FROM tokens");
  const token = { name: `of ${role}`, role, days: 1, createdBy: nameOf("owner") };
  return { authorization: `Bearer ${addToken(accounts.database, token, clock.wall_ms)?.secret}` };
}

/** The cookie that a reply sets, as the browser sends it again. */
export const cookieOf = (reply: LightMyRequestResponse): string => String(reply.headers["set-cookie"]).split(";")[0]!;
