// Everything a monitor may ask, one row each: over HTTP as method and path under /api/v1, from the page's own worker by name.
// What goes in and what comes back is in schemas.ts, keyed by the same names. An input's fields that the path names stand in
// the path; of the others those of a GET stand in the query, and those of everything else in a JSON body.
// `by`: who answers: the device itself (desk.ts), its data folder (also while it is down), or the server (accounts).

import type { Role } from "../model/rows.ts";

export type OperationRow = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** "anyone": no login needed. */
  readonly role: Role | "anyone";
  readonly by: "device" | "data" | "server";
  /** Only for a person's session: a token ends, and what it makes must not outlive it. */
  readonly personOnly?: true;
  /** Only on a modelled board. */
  readonly simulated?: true;
  readonly help: string;
};

export const OPERATIONS = {
  session: {
    method: "GET",
    path: "/session",
    role: "anyone",
    by: "server",
    help: "Who is logged in, and whether an owner is still to be made.",
  },
  logIn: {
    method: "POST",
    path: "/session",
    role: "anyone",
    by: "server",
    help: "Log in with name and password; the answer sets the session's cookie.",
  },
  logOut: {
    method: "DELETE",
    path: "/session",
    role: "viewer",
    by: "server",
    personOnly: true,
    help: "End this session.",
  },
  createOwner: {
    method: "POST",
    path: "/owner",
    role: "anyone",
    by: "server",
    help: "Make the first account, with the one-time code shown in the terminal. Only from this machine, only once.",
  },
  accounts: { method: "GET", path: "/accounts", role: "owner", by: "server", help: "All accounts." },
  addAccount: {
    method: "POST",
    path: "/accounts",
    role: "owner",
    by: "server",
    personOnly: true,
    help: "Add an account.",
  },
  changeAccount: {
    method: "PUT",
    path: "/accounts/:name",
    role: "owner",
    by: "server",
    personOnly: true,
    help: "Change role or password of an account; its sessions end.",
  },
  removeAccount: {
    method: "DELETE",
    path: "/accounts/:name",
    role: "owner",
    by: "server",
    personOnly: true,
    help: "Remove an account and the tokens it made; the last owner stays.",
  },
  changePassword: {
    method: "PUT",
    path: "/session/password",
    role: "viewer",
    by: "server",
    personOnly: true,
    help: "Change one's own password; other sessions end.",
  },
  tokens: { method: "GET", path: "/tokens", role: "owner", by: "server", help: "API tokens, without their secret." },
  addToken: {
    method: "POST",
    path: "/tokens",
    role: "owner",
    by: "server",
    personOnly: true,
    help: "Make an API token; its secret is shown only now.",
  },
  removeToken: {
    method: "DELETE",
    path: "/tokens/:id",
    role: "owner",
    by: "server",
    personOnly: true,
    help: "Revoke a token.",
  },
  audit: {
    method: "GET",
    path: "/audit",
    role: "owner",
    by: "server",
    help: "Logins, refusals and changes, newest first.",
  },

  table: {
    method: "GET",
    path: "/tables/:table",
    role: "viewer",
    by: "server",
    help: "What the device is, row by row: its signals, settings, protections, commands, events.",
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    role: "anyone",
    by: "server",
    help: "This description of the interface, for programs.",
  },

  device: {
    method: "GET",
    path: "/device",
    role: "viewer",
    by: "device",
    help: "Who the device is and how it stands: words, errors, contactors, limits.",
  },
  snapshot: {
    method: "GET",
    path: "/snapshot",
    role: "viewer",
    by: "device",
    help: "All signals by name as they stand after the last tick; null where a value is not believed.",
  },
  settings: {
    method: "GET",
    path: "/settings",
    role: "viewer",
    by: "device",
    help: "All settings in force by dotted name; secrets stand as a word.",
  },
  checkSettings: {
    method: "POST",
    path: "/settings/check",
    role: "viewer",
    by: "device",
    help: "Judge changes without making them: violations, what else changes, what needs open contactors, what would trip now.",
  },
  applySettings: {
    method: "POST",
    path: "/settings",
    role: "service",
    by: "device",
    help: "Change settings, all or none.",
  },
  revisions: {
    method: "GET",
    path: "/settings/revisions",
    role: "viewer",
    by: "data",
    help: "The history of the settings, newest first.",
  },
  revision: {
    method: "GET",
    path: "/settings/revisions/:revision",
    role: "viewer",
    by: "data",
    help: "What differed at a revision from the settings the device was made with; at 0 nothing did.",
  },
  rollback: {
    method: "POST",
    path: "/settings/rollback",
    role: "service",
    by: "server",
    help: "Go back to the settings of a revision, all or none; 0 is the device as it was made. Secrets stay as they are.",
  },
  command: {
    method: "POST",
    path: "/commands/:command",
    role: "operator",
    by: "device",
    help: "Give a command; some need the role service.",
  },
  acknowledge: {
    method: "POST",
    path: "/acknowledge",
    role: "operator",
    by: "device",
    help: "Acknowledge errors: locked ones that are healthy again are released.",
  },
  override: {
    method: "POST",
    path: "/inputs/:signal",
    role: "operator",
    by: "device",
    help: "Drive an input signal by software: 0 off, 1 on, 2 follow its wire again.",
  },

  journal: { method: "GET", path: "/journal", role: "viewer", by: "data", help: "Entries of the journal." },
  explanation: {
    method: "GET",
    path: "/journal/:sequence/explanation",
    role: "viewer",
    by: "data",
    help: "Why a trip happened, from its freeze-frame, and the seconds around it as plots.",
  },
  wiring: {
    method: "GET",
    path: "/wiring",
    role: "viewer",
    by: "device",
    help: "Which wire of a battery goes to which pin, in the order of connection: of this one, or of so many cells and thermistors.",
  },
  record: {
    method: "GET",
    path: "/record",
    role: "viewer",
    by: "device",
    help: "The battery record as the EU regulation names it.",
  },

  logs: {
    method: "GET",
    path: "/logs",
    role: "viewer",
    by: "data",
    help: "Log files: name, size, first and last time, and which are damaged, with what of them can be read.",
  },
  history: {
    method: "GET",
    path: "/history",
    role: "viewer",
    by: "data",
    help: "Signals over any time as least and largest values of so many stretches.",
  },
  events: { method: "GET", path: "/events", role: "viewer", by: "data", help: "Events of a stretch of time." },
  startJob: {
    method: "POST",
    path: "/jobs",
    role: "viewer",
    by: "data",
    help: "Play a stretch of the log through the core again: as it was, or under other settings.",
  },
  job: { method: "GET", path: "/jobs/:id", role: "viewer", by: "data", help: "How far a job is, or what came of it." },
  cancelJob: { method: "DELETE", path: "/jobs/:id", role: "viewer", by: "data", help: "Stop a job." },

  bus: {
    method: "GET",
    path: "/bus",
    role: "viewer",
    by: "device",
    help: "The last CAN frames and Modbus requests, decoded.",
  },

  world: {
    method: "GET",
    path: "/world",
    role: "viewer",
    by: "device",
    simulated: true,
    help: "The modelled world: load, charger, weather, speed, what is broken, the truth.",
  },
  setWorld: {
    method: "POST",
    path: "/world",
    role: "operator",
    by: "device",
    simulated: true,
    help: "Change load, charger, ambient temperature or speed.",
  },
  breakThing: {
    method: "POST",
    path: "/world/faults",
    role: "operator",
    by: "device",
    simulated: true,
    help: "Make something go wrong: a row of the fault catalogue.",
  },
  repair: {
    method: "POST",
    path: "/world/repair",
    role: "operator",
    by: "device",
    simulated: true,
    help: "Repair one fault, or all.",
  },
  scenarios: {
    method: "GET",
    path: "/scenarios",
    role: "viewer",
    by: "device",
    simulated: true,
    help: "The scenarios there are.",
  },
  startScenario: {
    method: "POST",
    path: "/scenarios/:name/start",
    role: "service",
    by: "device",
    simulated: true,
    help: 'Restart the device in the world of a scenario; "bench" for the plain one.',
  },
} as const satisfies Readonly<Record<string, OperationRow>>;

export type OperationName = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** Roles from the least to the most. */
export const ROLES = ["viewer", "operator", "service", "owner"] as const satisfies readonly Role[];

/** Whether somebody of this role may do what asks for that one. Nobody: undefined. */
export const isAllowed = (has: Role | undefined, needs: Role | "anyone"): boolean =>
  needs === "anyone" || (has !== undefined && ROLES.indexOf(has) >= ROLES.indexOf(needs));
