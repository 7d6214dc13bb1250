// The PDOs a node starts with, by the setting canopen.pdoSet: the vendor's two, those of a CiA 418 battery module, and some for cells,
// temperatures and limits that are ready to be switched on. A PDO that is not valid keeps its mapping; a master makes it valid by
// writing its COB-ID.

import {
  BATTERY_SOC,
  BATTERY_STATUS,
  CHARGER_SOC,
  CHARGER_STATUS,
  CURRENT_REQUESTED,
  RETURNED,
  TEMPERATURE,
  VOLTAGE,
} from "./battery-module.ts";
import type { PdoPreset } from "./communication-parameters.ts";
import {
  CELLS_INDEX,
  ERRORS_1_INDEX,
  INPUTS_1_INDEX,
  INPUTS_2_INDEX,
  OVERRIDES_INDEX,
  PACKED_INDEX,
  THERMISTORS_INDEX,
} from "./vendor-objects.ts";

export type PdoSet = "vendor" | "cia418" | "both";

/** A PDO as the device is delivered, in the order of its number. */
export type PdoDefault = PdoPreset & {
  readonly title: string;
  /** A base that is free on a bus of one battery: for whoever makes the PDO valid, and for the DBC. */
  readonly suggested: number;
};

const mapped = (index: number, subIndex: number, bits: number): number => index * 0x1_0000 + subIndex * 0x100 + bits;

type Carried = Omit<PdoDefault, "base" | "suggested">;

/** On each SYNC, as the vendor's device sends all its PDOs. */
const onSync = (title: string, mapping: readonly number[]): Carried => ({
  ...{ title, mapping, type: 1 },
});

/** When something changes, at most ten times a second, and each second. */
const onEvent = (title: string, mapping: readonly number[]): Carried => ({
  ...{ title, mapping, type: 255, inhibit_100us: 1000, event_ms: 1000 },
});

const VENDOR_1 = onSync("vendor: state", [
  mapped(PACKED_INDEX, 1, 8),
  mapped(PACKED_INDEX, 2, 16),
  mapped(PACKED_INDEX, 3, 8),
  mapped(PACKED_INDEX, 4, 8),
  mapped(PACKED_INDEX, 5, 8),
  mapped(PACKED_INDEX, 6, 16),
]);
const VENDOR_2 = onSync("vendor: signals and errors", [mapped(PACKED_INDEX, 7, 32), mapped(ERRORS_1_INDEX, 0, 32)]);

const MODULE_1 = onEvent("CiA 418 TPDO1", [mapped(TEMPERATURE, 0, 16), mapped(BATTERY_STATUS, 0, 8)]);
const MODULE_2 = onEvent("CiA 418 TPDO2", [...MODULE_1.mapping, mapped(VOLTAGE, 0, 32)]);
const MODULE_3 = onEvent("CiA 418 TPDO3", [mapped(CURRENT_REQUESTED, 0, 16), mapped(BATTERY_SOC, 0, 8)]);

/** Four cells in each: mV. */
const CELLS: readonly Carried[] = [1, 5, 9, 13, 17].map((first) => {
  const count = Math.min(4, 19 - first);
  const cells = Array.from({ length: count }, (_, i) => mapped(CELLS_INDEX, first + i, 16));
  return onSync(`cells ${first} to ${first + count - 1}`, cells);
});
const TEMPERATURES = onSync(
  "thermistors",
  [1, 2, 3, 4, 5, 6].map((subIndex) => mapped(THERMISTORS_INDEX, subIndex, 8)),
);
const LIMITS = onSync(
  "limits",
  [9, 10, 11, 12].map((subIndex) => mapped(PACKED_INDEX, subIndex, 16)),
);
const WORDS = onSync("input signals and Errors 2", [
  mapped(INPUTS_1_INDEX, 0, 16),
  mapped(INPUTS_2_INDEX, 0, 16),
  mapped(PACKED_INDEX, 8, 32),
]);

/** The first four are those of the standard; the others would be those of the nodes above this one. */
const transmitId = (number: number): number => 0x180 + 0x100 * ((number - 1) & 3) + ((number - 1) >> 2);
const receiveId = (number: number): number => 0x200 + 0x100 * ((number - 1) & 3) + ((number - 1) >> 2);

const FIRST: Readonly<Record<PdoSet, { readonly valid: number; readonly carried: readonly Carried[] }>> = {
  vendor: { valid: 2, carried: [VENDOR_1, VENDOR_2, MODULE_3, MODULE_2] },
  cia418: { valid: 3, carried: [MODULE_1, MODULE_2, MODULE_3, VENDOR_1] },
  both: { valid: 4, carried: [VENDOR_1, VENDOR_2, MODULE_3, MODULE_2] },
};

/**
 * TPDO1 to 12 as the device is delivered with this set; `base` is missing of those that are not valid from the start.
 */
export function transmitPdos(set: PdoSet): readonly PdoDefault[] {
  const { valid, carried } = FIRST[set];
  return [...carried, ...CELLS, TEMPERATURES, LIMITS, WORDS].map((each, i) => {
    const suggested = transmitId(i + 1);
    return { ...each, suggested, base: i < valid ? suggested : undefined };
  });
}

const RECEIVED: readonly Carried[] = [
  { title: "CiA 418 RPDO1", mapping: [mapped(CHARGER_STATUS, 0, 8)] },
  { title: "CiA 418 RPDO2", mapping: [mapped(CHARGER_STATUS, 0, 8), mapped(RETURNED, 0, 16)] },
  {
    title: "CiA 418 RPDO3",
    mapping: [mapped(CHARGER_STATUS, 0, 8), mapped(RETURNED, 0, 16), mapped(CHARGER_SOC, 0, 8)],
  },
  {
    title: "inhibit charging and discharging, charge and discharge request",
    mapping: [4, 5, 9, 11].map((subIndex) => mapped(OVERRIDES_INDEX, subIndex, 16)),
  },
].map((each) => ({ ...each, type: 255 }));

/** A charger's are valid with CiA 418; driving inputs by PDO is never valid from the start. */
export const receivePdos = (set: PdoSet): readonly PdoDefault[] =>
  RECEIVED.map((each, i) => {
    const suggested = receiveId(i + 1);
    return { ...each, suggested, base: i < 3 && set !== "vendor" ? suggested : undefined };
  });
