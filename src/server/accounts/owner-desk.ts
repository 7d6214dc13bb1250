// What only owners ask of the accounts: people, tokens, and what has been done.

import { hashPassword } from "../../device/password-hash.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import {
  type AccountRow,
  deleteAccount,
  findAccount,
  insertAccount,
  listAccounts,
  updateAccount,
} from "./account-rows.ts";
import type { Accounts, Handler } from "./accounts.ts";
import { readAudit } from "./audit.ts";
import { judgeNewPassword } from "./password-rules.ts";
import { addToken, listTokens, MOST_TOKENS, removeToken } from "./tokens.ts";

type OwnerOperation =
  | "accounts"
  | "addAccount"
  | "changeAccount"
  | "removeAccount"
  | "tokens"
  | "addToken"
  | "removeToken"
  | "audit";

export const OWNER_DESK: { readonly [K in OwnerOperation]: Handler<K> } = {
  accounts: ({ database }) => ({ reply: { ok: true, answer: { accounts: listAccounts(database).map(tellAccount) } } }),
  addAccount: async (accounts, { name, role, password }) => {
    const wrong = judgeNewPassword(password, name);
    if (wrong !== undefined) return { reply: refuse("invalid", `the password ${wrong}`) };
    const hash = await hashPassword(password, accounts.gate.cost);
    const row = { name, role, hash, created_ms: Math.round(accounts.wall_ms()) };
    const refused = insertAccount(accounts.database, row);
    if (refused !== undefined) return { reply: refuse("conflict", refused) };
    return { reply: tellOne(accounts, name), text: `${name} as ${role}` };
  },
  changeAccount: async (accounts, { name, role, password }) => {
    const wrong = password === undefined ? undefined : judgeNewPassword(password, name);
    if (wrong !== undefined) return { reply: refuse("invalid", `the password ${wrong}`) };
    const hash = password === undefined ? undefined : await hashPassword(password, accounts.gate.cost);
    const refused = updateAccount(accounts.database, name, { role, hash });
    if (refused !== undefined) return { reply: refusal(refused, name) };
    const what = [...(role === undefined ? [] : [`role ${role}`]), ...(hash === undefined ? [] : ["new password"])];
    return { reply: tellOne(accounts, name), text: `${name}: ${what.join(", ") || "sessions ended"}` };
  },
  removeAccount: ({ database }, { name }) => {
    const refused = deleteAccount(database, name);
    return { reply: refused === undefined ? DONE : refusal(refused, name), text: name };
  },
  tokens: ({ database }) => ({ reply: { ok: true, answer: { tokens: listTokens(database) } } }),
  addToken: ({ database, wall_ms }, { name, role, days }, visitor) => {
    const createdBy = visitor.maker;
    const added = addToken(database, { name, role, days, createdBy }, Math.round(wall_ms()));
    if (added === undefined) return { reply: refuse("conflict", `there are ${MOST_TOKENS} tokens already`) };
    return {
      reply: { ok: true, answer: added },
      text: `${name} (${added.token.id}) as ${role} for ${days === 1 ? "1 day" : `${days} days`}`,
    };
  },
  removeToken: ({ database }, { id }) => ({
    reply: removeToken(database, id) ? DONE : refuse("unknown", "there is no such token"),
    text: id,
  }),
  audit: ({ audit }, { limit = 100, before = Number.MAX_SAFE_INTEGER }) => ({
    reply: { ok: true, answer: { entries: readAudit(audit, limit, before) } },
  }),
};

const DONE = { ok: true, answer: { done: true } } as const;

const refusal = (refused: string, name: string) =>
  refused === "unknown" ? refuse("unknown", `there is no account "${name}"`) : refuse("conflict", refused);

const tellAccount = ({ hash, ...told }: AccountRow): AnswerTo<"addAccount"> => told;

function tellOne({ database }: Accounts, name: string): Reply<AnswerTo<"addAccount">> {
  const account = findAccount(database, name);
  return account === undefined ? refusal("unknown", name) : { ok: true, answer: tellAccount(account) };
}
