// Texts that inverters show: who made the battery, its name and serial number, which cell is lowest.

import type { Settings } from "../model/settings.ts";
import type { Texts } from "./frame-row.ts";
import type { InverterProfile, InverterText } from "./inverter-profile.ts";
import type { InverterQuantities } from "./inverter-quantities.ts";

const PRODUCT = "BMS Mini";

/** A place as people count it; nothing while it is not known. */
const place = (word: string, number: number | undefined): string =>
  number === undefined || Number.isNaN(number) ? "" : `${word} ${number}`;

export function inverterTexts(
  profile: InverterProfile,
  { inverter, user }: Settings,
  quantities: InverterQuantities | undefined,
): Texts<InverterText> {
  return {
    maker: inverter.maker === "" ? profile.maker : inverter.maker,
    name: user.manufacturer === "" ? PRODUCT : user.manufacturer,
    serial: user.serialNumber,
    family: PRODUCT,
    minCell: place("Cell", quantities?.minCell),
    maxCell: place("Cell", quantities?.maxCell),
    minThermistor: place("Sensor", quantities?.minThermistor),
    maxThermistor: place("Sensor", quantities?.maxThermistor),
  };
}
