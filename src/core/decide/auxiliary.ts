// The auxiliary load, switched by the signal Discharging (AUX): on while the device runs, off at a low state of charge, at a
// low cell, outside the window of the battery voltage and on errors (the vendor's manual).

import type { Bms } from "../bms.ts";

export function controlAuxiliary(bms: Bms): void {
  const {
    decide: decided,
    measure: measured,
    plan: {
      decide: { auxiliary: plan },
    },
  } = bms;
  if (!plan.enable) {
    decided.dischargingAux = 0;
    return;
  }
  judgeLow(bms);
  const outside =
    plan.byBatteryVoltage && (measured.battery_V < plan.minimumBattery_V || measured.battery_V > plan.maximumBattery_V);
  const works = decided.mode === "running" && measured.ready === 1;
  decided.dischargingAux = works && decided.auxLow === 0 && !outside && !hasError(bms) ? 1 : 0;
}

/** Low below a minimum, no longer low when everything watched is above its tolerant value. */
function judgeLow({
  decide: decided,
  measure: measured,
  estimate: estimated,
  plan: {
    decide: { auxiliary: plan },
  },
}: Bms): void {
  const socKnown = plan.bySoc && estimated.started === 1;
  const cellKnown = plan.byCellVoltage && measured.cellsValid === 1;
  if ((socKnown && estimated.soc < plan.minimumSoc) || (cellKnown && measured.minCell_V < plan.minimumCell_V))
    decided.auxLow = 1;
  else if (
    (!plan.bySoc || (socKnown && estimated.soc > plan.tolerantSoc)) &&
    (!plan.byCellVoltage || (cellKnown && measured.minCell_V > plan.tolerantCell_V))
  )
    decided.auxLow = 0;
}

const hasError = ({ protect: { active, anyError, criticalError } }: Bms): boolean =>
  anyError === 1 &&
  (criticalError === 1 ||
    active.undervoltage === 1 ||
    active.overcurrentCharge === 1 ||
    active.overcurrentDischarge === 1 ||
    active.highTemperatureDischarge === 1 ||
    active.shortCircuit === 1);
