// The sentences about a protection that its row does not say itself: for how long, what a trip opened, and what clears it.

import { sayer } from "./said.ts";

/** {happened} is what the row says. */
export const FAULT_SENTENCES = {
  happened: "{happened}.",
  tripped: "{happened}; {opened}.",
  trippedAfter: "{happened} for {time}; {opened}.",
  openedNothing: "nothing was opened",
  opened: "opened {contactors}",
  charge: "charging contactor",
  discharge: "discharging contactor",
  common: "charge/discharge contactor",
  main: "main contactor",
  unknownCode: "code {code}",
  clears: "Clears once {back} for {time}.",
  clearsLocked: "Clears once {back} for {time}, and then only when somebody acknowledges it.",
  gone: "its condition is gone",
  over: "it is back over {limit}",
  under: "it is back under {limit}",
} as const;

export const sayFault = sayer("faultSentences", FAULT_SENTENCES);
