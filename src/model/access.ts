// Who may give which order over a bus: reading is open; driving inputs, acknowledging and operator's commands follow
// `controlAccess`; settings and service commands need a login, unless the owner has opened them (`settingsAccess`). Each bus has
// these rules in a group of settings of its own.

import { COMMANDS, type CommandName } from "./commands.ts";

export type AccessRules = {
  readonly settingsAccess: "login" | "open";
  readonly controlAccess: "local" | "open" | "login";
  readonly loginTime_min: number;
};

/** A client as far as access goes. */
export type Client = {
  /** On the wire or on this machine. */
  readonly isLocal: boolean;
  /** Until when its login lasts; 0: not logged in. */
  until_us: number;
};

export const isLoggedIn = ({ until_us }: Readonly<Client>, now_us: number): boolean => now_us < until_us;

/** May drive input signals, acknowledge errors and give operator's commands. */
export function mayControl({ controlAccess }: AccessRules, client: Readonly<Client>, now_us: number): boolean {
  if (controlAccess === "open" || (controlAccess === "local" && client.isLocal)) return true;
  return isLoggedIn(client, now_us);
}

/** May change settings and give service commands. */
export const mayService = ({ settingsAccess }: AccessRules, client: Readonly<Client>, now_us: number): boolean =>
  settingsAccess === "open" || isLoggedIn(client, now_us);

export const mayCommand = (rules: AccessRules, client: Readonly<Client>, command: CommandName, now_us: number): boolean =>
  COMMANDS[command].role === "operator" ? mayControl(rules, client, now_us) : mayService(rules, client, now_us);

/** A login lasts from the last change made with it. */
export function prolong({ loginTime_min }: AccessRules, client: Client, now_us: number): void {
  client.until_us = now_us + loginTime_min * 60_000_000;
}

/** What was staged is kept for so long after the last of it. */
export const STAGE_us = 60_000_000;
