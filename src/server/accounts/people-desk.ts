// What everybody asks of the accounts about oneself: who am I, let me in, let me out, another password; and the first owner.

import { assert } from "../../base/assert.ts";
import { hashPassword } from "../../device/password-hash.ts";
import { refuse } from "../../monitor/problem.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { type AccountRow, findAccount, insertOwner, noteLogin, putPassword } from "./account-rows.ts";
import type { Accounts, Handler, Outcome } from "./accounts.ts";
import { forgetCode, keepCodeFresh, tryCode } from "./first-code.ts";
import { inTurn, judgeLogin } from "./login-gate.ts";
import { judgeNewPassword } from "./password-rules.ts";
import { beginSession, endOtherSessions, endSession } from "./sessions.ts";
import type { Visitor } from "./visitor.ts";

type PeopleOperation = "session" | "logIn" | "logOut" | "createOwner" | "changePassword";

export const PEOPLE_DESK: { readonly [K in PeopleOperation]: Handler<K> } = {
  session: (accounts, _, visitor) => {
    if (!accounts.hasOwner && visitor.isLocal) keepCodeFresh(accounts.first, accounts.wall_ms());
    return { reply: { ok: true, answer: tellSession(accounts, visitor) } };
  },
  logIn: async (accounts, { name, password }, visitor) => {
    const judged = await judgeLogin(accounts.gate, { ...visitor, name }, password);
    // A name that is none may be a password in the wrong field: it is not written down.
    if (!judged.ok) return { reply: judged, actor: knownName(accounts, name) };
    if (visitor.session !== undefined) endSession(accounts.database, visitor.session.hash);
    return enter(accounts, judged.account);
  },
  logOut: ({ database }, _, { session }) => {
    assert(session !== undefined, "who logs out has a session");
    endSession(database, session.hash);
    return { reply: DONE, cookie: "" };
  },
  createOwner: async (accounts, { code, name, password }, visitor) => {
    if (!visitor.isLocal) return { reply: refuse("notAllowed", "the first owner is made at the machine itself") };
    if (accounts.hasOwner) return { reply: HAS_OWNER };
    const wrong = judgeNewPassword(password, name);
    if (wrong !== undefined) return { reply: refuse("invalid", `the password ${wrong}`) };
    const judged = await inTurn(accounts.gate, { ...visitor, name: "" }, () => judgeCode(accounts, code));
    if (!judged.ok) return { reply: judged };
    return makeOwner(accounts, name, await hashPassword(password, accounts.gate.cost));
  },
  changePassword: async (accounts, { old, password }, visitor) => {
    const { database, gate } = accounts;
    assert(visitor.session !== undefined, "who changes the own password has a session");
    const wrong = judgeNewPassword(password, visitor.name);
    if (wrong !== undefined) return { reply: refuse("invalid", `the new password ${wrong}`) };
    const judged = await judgeLogin(gate, visitor, old);
    if (!judged.ok) return { reply: judged.problem.kind === "notLoggedIn" ? WRONG_OLD : judged };
    const hash = await hashPassword(password, gate.cost);
    endOtherSessions(database, visitor.session);
    putPassword(database, visitor.name, hash);
    return { reply: DONE };
  },
};

const DONE = { ok: true, answer: { done: true } } as const;
const HAS_OWNER = refuse("conflict", "there is an owner already: log in");
const WRONG_OLD = refuse("invalid", "the old password is wrong");

function judgeCode(accounts: Accounts, code: string): { readonly ok: true } | ReturnType<typeof refuse> {
  const tried = tryCode(accounts.first, code, accounts.wall_ms());
  if (tried === "right") return { ok: true };
  return refuse(
    "notAllowed",
    tried === "wrong"
      ? "this is not the code that stands in the terminal of the server"
      : "that code does not hold any more: a new one stands in the terminal of the server",
  );
}

function makeOwner(accounts: Accounts, name: string, hash: Uint8Array): Outcome<AnswerTo<"createOwner">> {
  const created_ms = Math.round(accounts.wall_ms());
  if (!insertOwner(accounts.database, { name, hash, created_ms })) return { reply: HAS_OWNER };
  accounts.hasOwner = true;
  forgetCode(accounts.first);
  accounts.onOwner();
  return enter(accounts, { name, role: "owner" });
}

/** Begins a session: always a new one, so that nobody can have known its key before. */
function enter(accounts: Accounts, { name, role }: Pick<AccountRow, "name" | "role">): Outcome<AnswerTo<"logIn">> {
  const now_ms = Math.round(accounts.wall_ms());
  const { key, csrf } = beginSession(accounts.database, name, now_ms);
  noteLogin(accounts.database, name, now_ms);
  return { reply: { ok: true, answer: { name, role, needsOwner: false, csrf } }, cookie: key, actor: name, text: role };
}

const knownName = ({ database }: Accounts, name: string): string => findAccount(database, name)?.name ?? "unknown name";

const tellSession = ({ hasOwner }: Accounts, { name, role, session }: Visitor): AnswerTo<"session"> => ({
  name: name === "" ? null : name,
  role: role ?? null,
  needsOwner: !hasOwner,
  csrf: session?.csrf ?? "",
});
