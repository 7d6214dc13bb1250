// Logging in with the service password over the bus. Wrong passwords cost growing pauses (base/login-guard.ts).

import { lockedFor_us, noteRight, noteWrong } from "../base/login-guard.ts";
import { prolong } from "../model/access.ts";
import type { Outcome } from "../model/asking.ts";
import { LOGIN_RESULTS } from "../model/results.ts";
import type { AbortCode } from "./abort-codes.ts";
import { type Application, logOut, NO_RESULT } from "./application.ts";
import { textOf } from "./data-types.ts";
import { DONE, type FileOutcome, type WriteResult } from "./object.ts";
import { accept, refuse, rulesOf } from "./orders.ts";

/** @param data the password, UTF-8. While wrong ones are being paid for it is not even looked at */
export function logIn(application: Application, data: Uint8Array): WriteResult {
  const { guard, session, now_us } = application;
  if (lockedFor_us(guard, session, now_us) > 0) return refuse(application, 6);
  return { asked: { kind: "login", password: textOf(data) }, finish: (outcome) => finished(application, outcome) };
}

function finished(application: Application, outcome: Outcome | FileOutcome): typeof DONE | AbortCode {
  const { guard, session, now_us } = application;
  if (outcome.kind !== "login") return refuse(application, 9);
  if (outcome.login === "wrong") noteWrong(guard, session, now_us);
  if (outcome.login !== "granted") return refuse(application, LOGIN_RESULTS[outcome.login]);
  session.staged.clear();
  noteRight(guard, session);
  prolong(rulesOf(application), session, now_us);
  session.result = { ...NO_RESULT, code: 1 };
  return DONE;
}

/** Ends the login; what is staged is forgotten. */
export function leave(application: Application): WriteResult {
  logOut(application.session);
  return accept(application);
}
