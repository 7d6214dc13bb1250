// The signals of a battery that is only played: what protocols are shown of a device that is none.

import type { Settings } from "../model/settings.ts";
import { IMAGE_SIZE, putBelieved } from "../model/signal-image.ts";
import type { Played } from "./grade-situations.ts";

/** A warm battery that is well, apart from what it is played to be. */
export function playedImage(settings: Settings, played: Played, battery_V: number, current_A: number): Float64Array {
  const image = new Float64Array(IMAGE_SIZE);
  const { cells, capacity_Ah } = settings.battery;
  const { charge_V, charge_A, discharge_A, mayCharge, mayDischarge, soc, hasOvervoltage } = played;
  const cell_V = battery_V / cells;
  const signals: Readonly<Record<string, number>> = {
    ...{
      battery_V,
      current_A,
      soc,
      soh: 1,
      cycles: 1,
      effectiveCapacity_Ah: capacity_Ah,
      remaining_Ah: soc * capacity_Ah,
    },
    ...{
      minCell_V: cell_V,
      maxCell_V: cell_V,
      spread_V: 0,
      minCell: 0,
      maxCell: 0,
      minTemperatureIndex: 0,
      maxTemperatureIndex: 0,
    },
    ...{
      minTemperature_degC: 25,
      maxTemperature_degC: 25,
      maximumCharge_V: charge_V,
      minimumDischarge_V: cells * settings.battery.dischargeVoltage_V,
    },
    ...{
      chargeLimit_A: mayCharge ? charge_A : 0,
      dischargeLimit_A: mayDischarge ? discharge_A : 0,
      wantDischarge: mayDischarge ? 1 : 0,
    },
    ...{ "signal.allowCharging": mayCharge ? 1 : 0, "signal.powerUp": 1, "fault.overvoltage": hasOvervoltage ? 1 : 0 },
  };
  for (const [name, value] of Object.entries(signals)) putBelieved(image, name, value, 0);
  for (let cell = 0; cell < cells; cell++) {
    putBelieved(image, "cells_V", cell_V, cell);
    putBelieved(image, "cellTemperatures_degC", 25, cell);
  }
  return image;
}
