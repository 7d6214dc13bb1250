// Faults of the device that came and went, as emergencies of its node: called after each tick with the signals as they stand.

import { FAULT_NAMES, type FaultName } from "../model/faults.ts";
import { IMAGE_PLACES } from "../model/signal-image.ts";
import { EMERGENCY_CODES, emergencyBytes } from "./emergency-codes.ts";
import { clear, raise } from "./node.ts";
import type { Node } from "./node-state.ts";
import type { NodeStep } from "./node-step.ts";

const PLACES = FAULT_NAMES.map((fault) => ({ fault, at: IMAGE_PLACES.get(`fault.${fault}`)!.at }));

/** Which faults a node has told of; a node that boots has told of none. */
export type FaultsTold = Uint8Array;
export const createFaultsTold = (): FaultsTold => new Uint8Array(FAULT_NAMES.length);

/**
 * Raises and clears what has changed since the last call.
 * @param elementOf cell, thermistor or the like of a fault, from 1; 0: it has none
 */
export function noteFaults(
  node: Node,
  told: FaultsTold,
  image: Float64Array,
  elementOf: (fault: FaultName) => number,
  now_us: number,
): NodeStep[] {
  const steps: NodeStep[] = [];
  PLACES.forEach(({ fault, at }, i) => {
    const isActive = image[at] === 1;
    if (isActive === (told[i] === 1)) return;
    told[i] = isActive ? 1 : 0;
    const bytes = emergencyBytes(fault, elementOf(fault));
    steps.push(isActive ? raise(node, fault, EMERGENCY_CODES[fault], bytes, now_us) : clear(node, fault, now_us));
  });
  return steps;
}
