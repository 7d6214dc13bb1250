// What writing an object asks of the device, and what the client gets for its answer: an abort code that says why not, with words in the
// session's result. Nothing is done here but in the session itself.

import { isLoggedIn, mayControl, mayService, prolong } from "../model/access.ts";
import type { Answer, Asking, Outcome } from "../model/asking.ts";
import { RESULT_TEXTS, type ResultCode } from "../model/results.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import { type Application, NO_RESULT } from "./application.ts";
import { DONE, type FileOutcome, type WriteResult } from "./object.ts";

/** Why an order with this result is not carried out. */
const ABORT_OF: Readonly<Partial<Record<ResultCode, AbortCode>>> = {
  3: ABORT.deviceState,
  4: ABORT.localControl,
  5: ABORT.value,
  6: ABORT.deviceState,
  7: ABORT.deviceState,
  8: ABORT.noData,
  9: ABORT.store,
};

/** Notes why an order was not carried out. */
export function refuse({ session }: Application, code: ResultCode, text = RESULT_TEXTS[code] ?? ""): AbortCode {
  session.result = { code, violations: [], text };
  return ABORT_OF[code] ?? ABORT.general;
}

/** Notes that an order was carried out. */
export function accept(application: Application): typeof DONE {
  const { session, now_us } = application;
  session.result = { ...NO_RESULT, code: 1 };
  if (isLoggedIn(session, now_us)) prolong(rulesOf(application), session, now_us);
  return DONE;
}

/** Who may do what over CAN and at consoles, as the settings have it now. */
export const rulesOf = ({ show }: Application): ReturnType<Application["show"]>["settings"]["canopen"] =>
  show().settings.canopen;

/** Whether the client may change settings. */
export const maySet = (application: Application): boolean =>
  mayService(rulesOf(application), application.session, application.now_us);

/** Asks what only the device can do, where anything is left to be asked. */
export function ask(application: Application, asks: readonly Asking[]): WriteResult {
  if (asks.length === 0) return DONE;
  return { asked: { kind: "ask", asks }, finish: (outcome) => answered(application, outcome) };
}

/** The same for whoever may control. */
export const askControlled = (application: Application, asks: readonly Asking[]): WriteResult =>
  mayControl(rulesOf(application), application.session, application.now_us)
    ? ask(application, asks)
    : refuse(application, 4);

/** The device has answered each request of an order. */
export function answered(application: Application, outcome: Outcome | FileOutcome): typeof DONE | AbortCode {
  if (outcome.kind !== "answers") return refuse(application, 9, "the device takes no more orders now: try again");
  const failed = outcome.answers.find((answer): answer is Extract<Answer, { ok: false }> => !answer.ok);
  return failed === undefined ? accept(application) : refuse(application, 3, failed.reason);
}
