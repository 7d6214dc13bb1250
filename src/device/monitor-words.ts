// What the monitor's server tells of, in words for the journal: each note as one whole sentence, whose actor stands beside it.

import type { OPERATIONS, OperationName } from "../monitor/operations.ts";
import type { Noted } from "./monitor-frames.ts";

/** What can be refused, as it goes on after "refused to". Beside the operations: the stream, a log file, and what came no further. */
const DEEDS: Readonly<Record<OperationName | "stream" | "log" | "request", string>> = {
  session: "say who is logged in",
  logIn: "log in to the monitor",
  logOut: "log out of the monitor",
  createOwner: "make the first account",
  accounts: "show the accounts",
  addAccount: "add an account",
  changeAccount: "change an account",
  removeAccount: "remove an account",
  changePassword: "change one's own password",
  tokens: "show the API tokens",
  addToken: "make an API token",
  removeToken: "revoke an API token",
  audit: "show the audit",
  table: "show the tables",
  openapi: "describe the interface",
  device: "show the device",
  snapshot: "show the signals",
  settings: "show the settings",
  checkSettings: "judge changes of the settings",
  applySettings: "change settings",
  revisions: "show the history of the settings",
  revision: "show the settings of a revision",
  rollback: "go back to the settings of a revision",
  wiring: "show the wiring",
  command: "give a command",
  acknowledge: "acknowledge errors",
  override: "override an input signal",
  journal: "show the journal",
  explanation: "explain a trip",
  record: "show the battery record",
  logs: "list the logs",
  history: "show the history",
  events: "show events",
  startJob: "start a job",
  job: "show a job",
  cancelJob: "cancel a job",
  bus: "show the bus",
  world: "show the modelled world",
  setWorld: "change the modelled world",
  breakThing: "break something in the modelled world",
  repair: "repair something in the modelled world",
  scenarios: "list the scenarios",
  startScenario: "start a scenario",
  stream: "open the stream",
  log: "hand out a log file",
  request: "answer a request",
};

type ByServer = Exclude<Changing, "rollback">;
type Changing = {
  [K in OperationName]: (typeof OPERATIONS)[K] extends { by: "server"; method: "POST" | "PUT" | "DELETE" } ? K : never;
}[OperationName];

/** What the server did, with the text of its audit; undefined: no event. What device and data folder do, they tell themselves. */
const DONE: Readonly<Record<ByServer, ((text: string) => string) | undefined>> = {
  logIn: (role) => `logged in to the monitor as ${role}`,
  logOut: undefined,
  createOwner: (role) => `made the first account and logged in as ${role}`,
  addAccount: (account) => `added the account ${account}`,
  changeAccount: (account) => `changed the account ${account}`,
  removeAccount: (name) => `removed the account ${name}`,
  changePassword: () => "changed one's own password",
  addToken: (token) => `made the API token ${token}`,
  removeToken: (token) => `revoked the API token ${token}`,
};

/** Undefined: the device tells it itself, or it is no event. */
export function sentenceOf({ what, outcome, text, count = 1 }: Noted): string | undefined {
  if (count > 1) return text;
  if (outcome === "done") return Object.hasOwn(DONE, what) ? DONE[what as ByServer]?.(text) : undefined;
  const deed = Object.hasOwn(DEEDS, what) ? DEEDS[what as keyof typeof DEEDS] : "do something unknown";
  return `${outcome === "refused" ? "refused" : "failed"} to ${deed}: ${text}`;
}
