// Once an altered device has switched a contactor otherwise than the recorded one did, the recorded contact tells of the other
// story: the device would take its own contactors for welded or stuck. So its contacts follow its own commands while these
// differ from the recorded ones, and while nothing can flow through them its current sensor reads zero (still-current.ts).
// Everything else it measures stays as recorded.

import type { Bms } from "../core/bms.ts";
import type { Sensors } from "../core/sensors.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { BIT, type Switches } from "./commands.ts";
import { isStill, readZero } from "./still-current.ts";

const BIT_OF: ReadonlyMap<number, number> = new Map([
  [INPUT_SIGNALS.chargeFeedback.number, BIT.charge],
  [INPUT_SIGNALS.dischargeFeedback.number, BIT.discharge],
  [INPUT_SIGNALS.prechargeFeedback.number, BIT.precharge],
  [INPUT_SIGNALS.commonFeedback.number, BIT.common],
  [INPUT_SIGNALS.mainFeedback.number, BIT.main],
]);

export type Contacts = {
  readonly recorded: Switches;
  next: number;
  word: number;
  /** Recorded contacts and current sensor of the tick under way. */
  readonly kept: Uint8Array;
  hall_V: number;
  hallReference_V: number;
  /** Whether the recorded current is taken away in the tick under way, and the log time at which it first was; -1: never. */
  still: boolean;
  stilled_us: number;
  odd: boolean;
};

/** @param recorded the changes of the recorded device's commands */
export const createContacts = (recorded: Switches): Contacts => ({
  recorded,
  next: 0,
  word: -1,
  kept: new Uint8Array(4),
  hall_V: 0,
  hallReference_V: 0,
  still: false,
  stilled_us: -1,
  odd: false,
});

/**
 * Before a tick: puts the device's own contacts in the place of the recorded ones.
 * @param word its commands of the tick before; -1 where it has just begun
 * @returns whether anything was replaced; `takeBack` then restores it after the tick
 */
export function giveContacts(contacts: Contacts, bms: Bms, sensors: Sensors, word: number, time_us: number): boolean {
  const { recorded, kept } = contacts;
  while (contacts.next < recorded.time_us.length && recorded.time_us[contacts.next] < time_us)
    contacts.word = recorded.word[contacts.next++];
  contacts.still = false;
  if (word < 0 || contacts.word < 0) return false;
  const differing = word ^ contacts.word;
  if ((differing & (BIT.charge | BIT.discharge | BIT.precharge | BIT.common | BIT.main)) === 0) return false;
  const { feedbackSignal, feedbackInverted } = bms.plan.measure.inputs;
  kept.set(sensors.feedback);
  giveCurrent(contacts, bms, sensors, word, time_us);
  for (let k = 0; k < sensors.feedback.length; k++) {
    const bit = BIT_OF.get(feedbackSignal[k]) ?? 0;
    if ((differing & bit) === 0) continue;
    sensors.feedback[k] = ((word & bit) === 0 ? 0 : 1) ^ feedbackInverted[k];
  }
  return true;
}

function giveCurrent(contacts: Contacts, bms: Bms, sensors: Sensors, word: number, time_us: number): void {
  contacts.hall_V = sensors.hall_V;
  contacts.hallReference_V = sensors.hallReference_V;
  contacts.still = isStill(bms, word, contacts.word);
  if (!contacts.still) return;
  if (contacts.stilled_us < 0) contacts.stilled_us = time_us;
  contacts.odd = !contacts.odd;
  readZero(bms, sensors, contacts.odd);
}

/** After the tick: the sensors are the recorded ones again. */
export function takeBack({ kept, hall_V, hallReference_V }: Contacts, sensors: Sensors): void {
  sensors.feedback.set(kept);
  sensors.hall_V = hall_V;
  sensors.hallReference_V = hallReference_V;
}
