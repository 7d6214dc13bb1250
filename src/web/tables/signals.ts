// Signals in the language of the pages. The flags of faults and of internal signals are told by the words of these.

import { INTERNAL_SIGNALS, type InternalSignalName } from "../../model/internal-signals.ts";
import type { SignalRow } from "../../model/rows.ts";
import { SIGNALS as ENGLISH, faultOfSignal, TRIPS_HELP } from "../../model/signals.ts";
import type { Say } from "../texts/language.ts";
import { isEnglish, word } from "../texts/texts.ts";
import { faultRows } from "./faults.ts";
import { spokenRow, spokenRows } from "./spoken.ts";

type SignalRows = Readonly<Record<string, SignalRow>>;

export function signalRows(say: Say): SignalRows {
  const faults = faultRows(say);
  const internal = spokenRows(say, "internalSignals", INTERNAL_SIGNALS, ["title", "help"]);
  const spoken = ([name, row]: readonly [string, SignalRow]): readonly [string, SignalRow] => {
    const group = say(`signalGroups.${row.group}`, row.group);
    const { fault, isCount } = faultOfSignal(name);
    if (fault !== undefined) {
      const { title, help } = faults[fault];
      const counts = say("signals.trips.help", TRIPS_HELP).replace("{title}", title);
      return [name, { ...row, group, help: isCount ? counts : `${title}. ${help}` }];
    }
    const flag = internal[name.replace(/^signal\./, "") as InternalSignalName];
    if (name.startsWith("signal.")) return [name, { ...row, group, help: flag.help, vendor: flag.title }];
    return [name, { ...spokenRow(say, `signals.${name}`, row, ["help", "codes"]), group }];
  };
  return Object.fromEntries(Object.entries(ENGLISH).map(spoken));
}

export const SIGNALS: SignalRows = isEnglish ? ENGLISH : signalRows(word);

/** The word for a code of a signal that was told as its English word. */
export const codeText = (name: string, english: string): string => word(`signals.${name}.codes.${english}`, english);
