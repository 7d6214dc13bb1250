// The stage "decide": mode, contactors, balancing, heat and outputs, from what is measured, estimated and protected. It
// changes only its own record and, at the end, the commands to the board.

import type { Bms } from "../bms.ts";
import type { Commands } from "../commands.ts";
import { controlAuxiliary } from "./auxiliary.ts";
import { balance } from "./balancing.ts";
import { judgeFeedback } from "./feedback.ts";
import { controlHeat } from "./heat.ts";
import { chooseMode } from "./mode.ts";
import { driveOutputs } from "./outputs.ts";
import { SIGNAL } from "./plan.ts";
import { driveContactors } from "./sequence.ts";
import { judgeStatus } from "./status.ts";
import { judgeAllowCharging, judgeWishes } from "./wish.ts";

export function decide(bms: Bms, dt_us: number): Commands {
  judgeStatus(bms, dt_us); //     current and cells      -> charging or discharging, ready or not
  judgeFeedback(bms, dt_us); //   auxiliary contacts     -> where each contactor is, and what is wrong with it
  chooseMode(bms, dt_us); //      button and requests    -> off, standby, starting, running, powering down
  judgeWishes(bms, dt_us); //     algorithms and errors  -> which path shall conduct
  driveContactors(bms, dt_us); // wishes                 -> coils, in their order
  judgeAllowCharging(bms); //     all of that            -> the command to the charger
  balance(bms);
  controlHeat(bms, dt_us);
  controlAuxiliary(bms);
  giveOut(bms);
  return bms.commands;
}

/** Decisions become flags, flags become outputs. */
function giveOut(bms: Bms): void {
  const { decide: decided, commands, measure: measured } = bms;
  const { charge, discharge, precharge, common, main } = decided.contactors;
  decided.charging = charge.on;
  decided.discharging = discharge.on;
  decided.precharging = precharge.on;
  decided.common = common.on;
  decided.main = main.on;
  decided.external1 = decided.powerUp & measured.signals[SIGNAL.closeExternal1];
  commands.openWireTest = decided.powerUp & measured.wireTestDue;
  driveOutputs(bms);
}
