// Discrete inputs (X3) and feedback inputs (X1) become the input signals: assigned, inverted, joined with what partners on
// buses report, and overruled by software last (vendor's signals: discrete input, bus, or software control).

import { INPUT_SIGNAL_COUNT, INPUT_SIGNALS } from "../../model/input-signals.ts";
import { INPUTS, OUTPUTS, type Sensors } from "../sensors.ts";
import type { Measured } from "./measured.ts";
import type { InputsPlan } from "./plan.ts";

const FEEDBACK_SIGNALS = Uint8Array.of(
  INPUT_SIGNALS.chargeFeedback.number,
  INPUT_SIGNALS.dischargeFeedback.number,
  INPUT_SIGNALS.prechargeFeedback.number,
  INPUT_SIGNALS.commonFeedback.number,
  INPUT_SIGNALS.mainFeedback.number,
);
const IS_FEEDBACK = new Uint8Array(INPUT_SIGNAL_COUNT);
for (const number of FEEDBACK_SIGNALS) IS_FEEDBACK[number] = 1;
const CHARGER_CONNECTED = INPUT_SIGNALS.chargerConnected.number;

/** Everything that is on or off: inputs, feedbacks, button, partners on buses, and the input signals that follow. */
export function readInputs(measured: Measured, plan: InputsPlan, sensors: Sensors, dt_us: number): void {
  agePartners(measured, plan, dt_us);
  measured.button = sensors.button !== 0 ? 1 : 0;
  const { signals, overrides } = measured;
  for (let number = 0; number < INPUT_SIGNAL_COUNT; number++)
    signals[number] = overrides[number] < 2 ? overrides[number] : 0;
  let wired = false;
  for (let input = 0; input < INPUTS; input++) {
    const closed = sensors.inputs[input] !== 0 ? 1 : 0;
    measured.inputs[input] = closed;
    const number = plan.inputSignal[input];
    if (number >= 0 && closed !== plan.inputInverted[input] && raise(measured, number)) wired = true;
  }
  for (let output = 0; output < OUTPUTS; output++) {
    const closed = sensors.feedback[output] !== 0 ? 1 : 0;
    measured.feedback[output] = closed;
    const number = plan.feedbackSignal[output];
    if (number >= 0 && closed !== plan.feedbackInverted[output] && raise(measured, number)) wired = true;
  }
  const connects = plan.chargerConnects && measured.chargerConnects === 1;
  if (connects && measured.chargerOnline === 1) raise(measured, CHARGER_CONNECTED);
  measured.contactorClosed = wired || anyFeedback(signals) ? 1 : 0; // software may say closed, but not deny the contact
}

/** A signal that is on, unless software overrules it: override 0 is off, 1 is on, anything else follows what is read. */
function raise({ signals, overrides }: Measured, number: number): boolean {
  if (overrides[number] >= 2) signals[number] = 1;
  return IS_FEEDBACK[number] === 1;
}

function anyFeedback(signals: Uint8Array): boolean {
  for (let i = 0; i < FEEDBACK_SIGNALS.length; i++) if (signals[FEEDBACK_SIGNALS[i]] === 1) return true;
  return false;
}

/** A partner that has been silent for its timeout is gone. One that is expected may be silent as long after the start. */
function agePartners(measured: Measured, plan: InputsPlan, dt_us: number): void {
  ageCharger(measured, plan, dt_us);
  measured.partnerAge_us += dt_us;
  const silent = measured.partnerAge_us > plan.partnerTimeout_us;
  if (silent) measured.partnerOnline = 0;
  if (measured.partnerOnline === 0) measured.partnerShutdown = 0; // what it wants is not known any more
  if (measured.partnerOnline === 1) measured.partnerHeard = 1;
  const missed = measured.partnerOnline === 0 && (silent || measured.partnerHeard === 1);
  measured.partnerLost = plan.partnerExpected && missed ? 1 : 0;
}

function ageCharger(measured: Measured, plan: InputsPlan, dt_us: number): void {
  measured.chargerAge_us += dt_us;
  const silent = measured.chargerAge_us > plan.chargerTimeout_us;
  if (silent) {
    measured.chargerOnline = 0;
    measured.chargerFaulty = 0;
  }
  if (measured.chargerOnline === 1) measured.chargerHeard = 1;
  const missed = measured.chargerOnline === 0 && (silent || measured.chargerHeard === 1);
  measured.chargerLost = plan.chargerExpected && missed ? 1 : 0;
}
