// What the rows of a log (/state) know beyond the recorded seconds: how long an error stayed set, and how the device stood at
// the end of a log that has no flight recorder.

import { CONTACTORS } from "../core/decide/decided.ts";
import { type LogRow, rowOf } from "../log/table.ts";
import { messagesOf, spanOf } from "../log/tailed-log.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { Evidence } from "./evidence.ts";
import type { Later } from "./explain.ts";
import { list } from "./explain-words.ts";
import { type Explanation, explanation } from "./explanation.ts";
import { CONTACTOR_WORDS } from "./reasons.ts";

/** Rows are looked through for so long after a trip. */
const LOOKED_us = 3_600_000_000;

/** When a fault that is set at a time had cleared by the rows, and until when they show it set. */
export function setInRows({ logs }: Evidence, name: FaultName, from_us: number): Later {
  let set_us = -1;
  for (const log of logs)
    for (const { data, time_us } of messagesOf(log, ["/state"], from_us, from_us + LOOKED_us)) {
      const flag = rowOf(data)?.[`fault.${name}`];
      if (flag === undefined) continue;
      if (isOn(flag)) set_us = time_us;
      else if (set_us >= 0) return { cleared_us: time_us, set_us };
    }
  return { cleared_us: -1, set_us };
}

const isOn = (value: unknown): boolean => value === 1 || value === true;

/** The last row of all logs, within the last minutes; undefined where there is none. */
function lastRow({ logs }: Evidence): { readonly row: LogRow; readonly at_us: number } | undefined {
  const last_us = Math.max(0, ...logs.map((log) => spanOf(log).last_us));
  let found: { readonly row: LogRow; readonly at_us: number } | undefined;
  for (const log of logs)
    for (const { data, time_us } of messagesOf(log, ["/state"], last_us - LOOKED_us)) {
      const row = rowOf(data);
      if (row !== undefined && time_us >= (found?.at_us ?? 0)) found = { row, at_us: time_us };
    }
  return found;
}

/** How the device stood by the last row: what is closed and which errors are set. Why else one is open no row tells. */
export function explainLastRow(
  open: Evidence,
): { readonly explanation: Explanation; readonly at_us: number } | undefined {
  const last = lastRow(open);
  if (last === undefined) return undefined;
  const { row, at_us } = last;
  const closed = CONTACTORS.filter((name) => isOn(row[`${name}Closed`])).map((name) => `the ${CONTACTOR_WORDS[name]}`);
  const set = FAULT_NAMES.filter((name) => isOn(row[`fault.${name}`]));
  const titles = (level: "error" | "indication"): string[] =>
    set.filter((name) => FAULT_ROWS[name].level === level).map((name) => FAULT_ROWS[name].title);
  const [errors, indications] = [titles("error"), titles("indication")];
  const headline =
    closed.length === 0
      ? "At the end of the log no contactor is closed."
      : `At the end of the log ${list(closed)} ${closed.length === 1 ? "is" : "are"} closed.`;
  return {
    at_us,
    explanation: explanation(headline, [
      {
        topic: "trip",
        sentences: [errors.length === 0 ? "No error is set." : `Errors that are set: ${list(errors)}.`],
      },
      { topic: "also", sentences: indications.length === 0 ? [] : [`Indications that are set: ${list(indications)}.`] },
    ]),
  };
}
