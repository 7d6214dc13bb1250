// The accounts of the server, open: their file, the first owner's code, the gate of logins and the audit. What is asked of them
// is answered in people-desk.ts and owner-desk.ts; here each change and each refusal is written to the audit, in one place.

import type { DatabaseSync } from "node:sqlite";
import type { Noted } from "../../device/monitor-frames.ts";
import { OPERATIONS } from "../../monitor/operations.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { NamesBy } from "../answerers.ts";
import { countAccounts } from "./account-rows.ts";
import { openAccountsFile } from "./accounts-file.ts";
import { type Audit, createAudit, note, settleAll } from "./audit.ts";
import { createFirstCode, type FirstCode } from "./first-code.ts";
import { createLoginGate, type LoginGate } from "./login-gate.ts";
import { OWNER_DESK } from "./owner-desk.ts";
import { PEOPLE_DESK } from "./people-desk.ts";
import { type Credentials, type Visitor, visitorOf } from "./visitor.ts";

export type AccountsOptions = {
  /** The data folder. */
  readonly folder: string;
  /** Shows the first owner's one-time code to whoever started the process. */
  readonly showCode: (code: string) => void;
  /** Tells the device's journal. */
  readonly tell?: (noted: Noted) => void;
  /** The first owner has been made. */
  readonly onOwner?: () => void;
  readonly wall_ms?: () => number;
  /** A clock that nobody sets, for pauses between guesses. */
  readonly steady_us?: () => number;
  /** Power of two of what hashing a password costs; tests take less. */
  readonly cost?: number;
};

export type Accounts = {
  readonly database: DatabaseSync;
  /** That a damaged file was set aside, in one line; "" as a rule. */
  readonly problem: string;
  readonly audit: Audit;
  readonly gate: LoginGate;
  readonly first: FirstCode;
  readonly wall_ms: () => number;
  readonly onOwner: () => void;
  hasOwner: boolean;
};

export type AccountOperation = Exclude<NamesBy<"server">, "table" | "openapi" | "rollback">;

/** What came of an operation: the reply, the session's cookie ("" ends it), and for the audit who did it and what in detail. */
export type Outcome<Answer> = {
  readonly reply: Reply<Answer>;
  readonly cookie?: string;
  readonly actor?: string;
  readonly text?: string;
};
export type Handler<K extends AccountOperation> = (
  accounts: Accounts,
  input: Input<K>,
  visitor: Visitor,
) => Outcome<AnswerTo<K>> | Promise<Outcome<AnswerTo<K>>>;

/** Throws a StoreError for a newer file or a folder that cannot be written. The code is shown when it is first asked for. */
export function openAccounts(options: AccountsOptions): Accounts {
  const { folder, showCode, tell = () => {}, onOwner = () => {}, wall_ms = Date.now, cost } = options;
  const { database, problem } = openAccountsFile(folder);
  return {
    ...{ database, problem, wall_ms, onOwner },
    audit: createAudit(database, wall_ms, tell),
    gate: createLoginGate(database, options.steady_us ?? (() => performance.now() * 1000), cost),
    first: createFirstCode(showCode),
    hasOwner: countAccounts(database) > 0,
  };
}

export function closeAccounts({ audit, database }: Accounts): void {
  settleAll(audit);
  database.close();
}

/** Who sends a request, as things stand now: ask again for a connection that lasts. */
export const visit = ({ database, wall_ms }: Accounts, credentials: Credentials): Visitor =>
  visitorOf(database, credentials, wall_ms());

/** Answers what is asked of the accounts. The role has been checked, the input fits its schema. */
export async function askAccounts<K extends AccountOperation>(
  accounts: Accounts,
  name: K,
  input: Input<K>,
  visitor: Visitor,
): Promise<Pick<Outcome<AnswerTo<K>>, "reply" | "cookie">> {
  const handler = { ...PEOPLE_DESK, ...OWNER_DESK }[name] as unknown as Handler<K>;
  const outcome = await handler(accounts, input, visitor);
  if (OPERATIONS[name].method !== "GET") noteOutcome(accounts, name, outcome, visitor);
  return outcome;
}

function noteOutcome(accounts: Accounts, name: AccountOperation, outcome: Outcome<unknown>, visitor: Visitor): void {
  const { reply, actor = visitor.name, text = "" } = outcome;
  note(accounts.audit, {
    ...{ actor, address: visitor.address, what: name },
    outcome: reply.ok ? "done" : "refused",
    text: reply.ok ? text : reply.problem.detail,
  });
}
