// Staged settings are applied together or not at all. The abort code of a commit that is rejected tells what kind of thing is wrong
// first; which settings, and why, stands in the session's result. What was staged is forgotten either way, so that nobody's later
// commit on the same wire carries it.

import { mayService } from "../model/access.ts";
import type { Outcome } from "../model/asking.ts";
import { REASON_OF } from "../model/results.ts";
import type { Violation, ViolationKind } from "../model/settings.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import type { Application } from "./application.ts";
import { DONE, type FileOutcome, type WriteResult } from "./object.ts";
import { answered, refuse, rulesOf } from "./orders.ts";

/** What is written to the object: apply, or forget. */
export const APPLY = 1;
export const DISCARD = 2;

const ABORT_OF: Readonly<Record<ViolationKind, AbortCode>> = {
  unknown: ABORT.internal,
  value: ABORT.value,
  conflict: ABORT.incompatible,
  closed: ABORT.deviceState,
};

/**
 * Applies all that is staged, together or not at all, or forgets it.
 * @param order APPLY or DISCARD; without a login, or with nothing staged, an abort code says so
 */
export function commit(application: Application, order: number): WriteResult {
  const { session, now_us } = application;
  if (order === DISCARD) {
    session.staged.clear();
    return DONE;
  }
  if (!mayService(rulesOf(application), session, now_us)) return refuse(application, 4);
  if (session.staged.size === 0) return refuse(application, 8);
  const changes = Object.fromEntries(session.staged);
  session.staged.clear();
  return {
    asked: { kind: "ask", asks: [{ kind: "set", changes, actor: session.actor }] },
    finish: (outcome) => judged(application, outcome),
  };
}

function judged(application: Application, outcome: Outcome | FileOutcome): typeof DONE | AbortCode {
  const violations = violationsOf(outcome);
  if (violations.length === 0) return answered(application, outcome);
  const [first] = violations;
  application.session.result = {
    code: 2,
    violations: violations.map(({ setting, kind, reason }) => ({ setting, reason: REASON_OF[kind], text: reason })),
    text: `${first.setting} ${first.reason}`,
  };
  return ABORT_OF[first.kind];
}

function violationsOf(outcome: Outcome | FileOutcome): readonly Violation[] {
  if (outcome.kind !== "answers") return [];
  const [answer] = outcome.answers;
  return answer?.ok === false ? (answer.violations ?? []) : [];
}
