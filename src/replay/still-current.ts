// The current sensor of an altered device that has its contactors open while the recorded one had them closed: the recorded
// current would not have flowed, so the sensor reads zero current. Everything else it measures stays as recorded.

import type { Bms } from "../core/bms.ts";
import type { Request } from "../core/requests.ts";
import type { Sensors } from "../core/sensors.ts";
import { BIT } from "./commands.ts";

const PATHS = BIT.charge | BIT.discharge | BIT.precharge | BIT.common;

/** Whether current can flow at all: a path is commanded closed, and the main contactor where there is one. */
function canFlow(word: number, mainFitted: boolean): boolean {
  return (word & PATHS) !== 0 && (!mainFitted || (word & BIT.main) !== 0);
}

/** Whether the recorded current could not flow in the altered device. @param word its commands @param recorded the others */
export function isStill(bms: Bms, word: number, recorded: number): boolean {
  const { fitted } = bms.plan.decide.main;
  return canFlow(recorded, fitted) && !canFlow(word, fitted);
}

type Measuring = { readonly measure: Bms["measure"]; readonly plan: Pick<Bms["plan"], "measure"> };

/** A real output always moves by more than a step of the converter; one that does not while the pack does counts as frozen. */
const NOISE_V = 1.1 * (5 / 65_535);

/**
 * Puts into the Hall sensor what it reads at zero current: its reference, or the middle of the supply, and its own zero
 * (core/measure/current.ts). A reference or supply that is broken stays so.
 * @param odd changes from tick to tick, for the noise
 */
export function readZero({ measure, plan }: Measuring, sensors: Sensors, odd: boolean): void {
  const { scaled, dual } = plan.measure.current;
  const scale = scaled ? sensors.hallSupply_V / 5 : 1;
  const rest_V = scaled ? 2.5 : sensors.hallReference_V;
  sensors.hall_V = (rest_V + measure.zero_V) * scale + (odd ? NOISE_V : -NOISE_V);
  if (dual) sensors.hallReference_V = (2.5 + measure.coarseZero_V) * scale;
}

/** Samples of a shunt on the bus at zero current; all other requests as they are. */
export const zeroShunt = (requests: readonly Request[]): readonly Request[] =>
  requests.some(({ kind }) => kind === "shunt")
    ? requests.map((request) => (request.kind === "shunt" ? { ...request, current_A: 0 } : request))
    : requests;
