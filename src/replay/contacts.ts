// Once an altered device has switched a contactor otherwise than the recorded one did, the recorded contact tells of the other
// story: the device would take its own contactors for welded or stuck. So its contacts follow its own commands while these
// differ from the recorded ones. Everything else it measures stays as recorded.

import type { Bms } from "../core/bms.ts";
import type { Sensors } from "../core/sensors.ts";
import { INPUT_SIGNALS } from "../model/input-signals.ts";
import { BIT, type Switches } from "./commands.ts";

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
  /** Recorded contacts of the tick under way. */
  readonly kept: Uint8Array;
};

/** @param recorded the changes of the recorded device's commands */
export const createContacts = (recorded: Switches): Contacts => ({
  recorded,
  next: 0,
  word: -1,
  kept: new Uint8Array(4),
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
  if (word < 0 || contacts.word < 0) return false;
  const differing = word ^ contacts.word;
  if ((differing & (BIT.charge | BIT.discharge | BIT.precharge | BIT.common | BIT.main)) === 0) return false;
  const { feedbackSignal, feedbackInverted } = bms.plan.measure.inputs;
  kept.set(sensors.feedback);
  for (let k = 0; k < sensors.feedback.length; k++) {
    const bit = BIT_OF.get(feedbackSignal[k]) ?? 0;
    if ((differing & bit) === 0) continue;
    sensors.feedback[k] = ((word & bit) === 0 ? 0 : 1) ^ feedbackInverted[k];
  }
  return true;
}

/** After the tick: the sensors are the recorded ones again. */
export function takeBack({ kept }: Contacts, sensors: Sensors): void {
  sensors.feedback.set(kept);
}
