// Which current proves that something conducts: more than the sensor may err, and more than the device itself may feed.
// Feedback that reads open outranks a small one: it takes a current no wandering zero explains to call a contactor welded.

import type { Bms } from "../bms.ts";
import type { ContactorState, Decided } from "./decided.ts";

/** So many times the error of the sensor must flow before a feedback that reads open is not believed. */
export const BELIES_OPEN = 3;

/**
 * Direction of a current that flows for certain: 1 charging, -1 discharging, 0 none.
 * @param factor how much more than the error of the sensor it must be; a current that is not believed proves nothing
 */
export function flow({ decide: decided, measure: measured, plan: { decide: plan } }: Bms, factor: number): number {
  if (measured.currentValid === 0) return 0;
  const least_A = factor * plan.conducts_A;
  if (measured.current_A > least_A) return 1;
  const fed_A = isSelfFed(decided) ? plan.selfFed_A : 0;
  return -measured.current_A > (fed_A > least_A ? fed_A : least_A) ? -1 : 0;
}

/** True while the device itself feeds something that may hang on the battery before the contactors. */
const isSelfFed = (decided: Decided): boolean =>
  decided.heater + decided.cooler + decided.dischargingAux + decided.external1 > 0;

/** True while feedback says that no current can flow: the main contactor reads open, or every path does. */
export function readsOpen({ decide: { contactors, mode }, plan: { decide: plan } }: Bms): boolean {
  if (mode === "off" || mode === "standby") return false; // a dark board reads no feedback
  const { feedback } = plan;
  const { charge, discharge, common, main } = contactors;
  if (plan.main.fitted && feedback.main && isOpen(main)) return true;
  if (plan.common.fitted) return feedback.common && isOpen(common);
  if (!plan.charge.fitted && !plan.discharge.fitted) return false;
  return (
    (!plan.charge.fitted || (feedback.charge && isOpen(charge))) &&
    (!plan.discharge.fitted || (feedback.discharge && isOpen(discharge)))
  );
}

const isOpen = (contactor: ContactorState): boolean => contactor.on === 0 && contactor.closed === 0;
