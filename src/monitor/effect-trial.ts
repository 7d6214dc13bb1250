// What the core would decide at once under other settings: its own stages judge the present measurement on a copy of what they
// change. Nothing of the device is touched, and only what depends on the settings in question is planned anew.

import type { Bms } from "../core/bms.ts";
import { balance } from "../core/decide/balancing.ts";
import { planDecide } from "../core/decide/plan.ts";
import { judgeStatus } from "../core/decide/status.ts";
import { judgeWishes } from "../core/decide/wish.ts";
import { limitCurrents } from "../core/estimate/limits.ts";
import { planLimits } from "../core/estimate/plan.ts";
import type { Settings } from "../model/settings.ts";

/** So long that no rate of change holds a limit back. */
const LONG_us = 1e15;
/** A tick of no length to speak of: thresholds are judged, delays hardly run. */
const SHORT_us = 1;

/** The device's record as it would stand, as far as limits, wishes and balancing go. */
export function tryOut(bms: Bms, settings: Settings): Bms {
  const trial = copyFor(bms, settings);
  judgeStatus(trial, SHORT_us);
  judgeWishes(trial, SHORT_us);
  limitCurrents(trial, LONG_us);
  balance(trial);
  return trial;
}

function copyFor(bms: Bms, settings: Settings): Bms {
  const { decide, plan } = bms;
  const { charge, discharge, common } = decide.paths;
  return {
    ...bms,
    settings,
    plan: { ...plan, decide: planDecide(settings), estimate: { ...plan.estimate, ...planLimits(settings) } },
    measure: { ...bms.measure, fresh: 1 }, // as with the next conversion
    estimate: { ...bms.estimate },
    decide: {
      ...decide,
      paths: { charge: { ...charge }, discharge: { ...discharge }, common: { ...common } },
      balanceMask: decide.balanceMask.slice(),
      cellDischarge: decide.cellDischarge.slice(),
    },
    commands: { ...bms.commands, balance: bms.commands.balance.slice() },
  };
}
