// PDOs a device is delivered with, by the setting `canopen.pdoSet`: the vendor's two on each SYNC (its page of PDOs), those of a
// CiA 418 battery module by events and time, or both.

import type { PdoPreset, Presets } from "./communication-parameters.ts";
import { mappingEntry } from "./pdo-mapping.ts";

export type PdoSet = "vendor" | "cia418" | "both";

/** Type 1: on each SYNC. */
const EACH_SYNC = 1;
/** Type 255: on events, as the device profile says. */
const BY_PROFILE = 255;

/** The vendor's values in its scales stand at 4F00h (vendor-objects.ts). */
const vendor = (subIndex: number, bits: number): number => mappingEntry(0x4f00, subIndex, bits);
const ERRORS_1 = mappingEntry(0x4020, 0, 32);

/** Inputs, current, lowest and highest temperature, SOC, voltage. */
const VENDOR_1 = [vendor(1, 8), vendor(2, 16), vendor(3, 8), vendor(4, 8), vendor(5, 8), vendor(6, 16)];
/** Internal signals, Errors 1. */
const VENDOR_2 = [vendor(7, 32), ERRORS_1];

const VENDOR: readonly PdoPreset[] = [
  { base: 0x180, type: EACH_SYNC, mapping: VENDOR_1 },
  { base: 0x280, type: EACH_SYNC, mapping: VENDOR_2 },
];

const TEMPERATURE = mappingEntry(0x6010, 0, 16);
const BATTERY_STATUS = mappingEntry(0x6000, 0, 8);
const BATTERY_VOLTAGE = mappingEntry(0x6060, 0, 32);
const CURRENT_REQUESTED = mappingEntry(0x6070, 0, 16);
const BATTERY_SOC = mappingEntry(0x6081, 0, 8);
const CHARGER_STATUS = mappingEntry(0x6001, 0, 8);
const AH_RETURNED = mappingEntry(0x6052, 0, 16);
const CHARGER_SOC = mappingEntry(0x6080, 0, 8);

/** Not more often than every 100 ms, and every second at least: what a noisy measurement may cost the bus. */
const sentByProfile = (base: number | undefined, mapping: readonly number[]): PdoPreset => ({
  ...{ base, type: BY_PROFILE, inhibit_100us: 1000, event_ms: 1000, mapping },
});
const CIA_418_TRANSMIT = [
  [TEMPERATURE, BATTERY_STATUS],
  [TEMPERATURE, BATTERY_STATUS, BATTERY_VOLTAGE],
  [CURRENT_REQUESTED, BATTERY_SOC],
] as const;

const CIA_418_RECEIVE: readonly PdoPreset[] = [
  { base: 0x200, type: BY_PROFILE, mapping: [CHARGER_STATUS] },
  { base: 0x300, type: BY_PROFILE, mapping: [CHARGER_STATUS, AH_RETURNED] },
  { base: 0x400, type: BY_PROFILE, mapping: [CHARGER_STATUS, AH_RETURNED, CHARGER_SOC] },
];

/** TPDO and RPDO presets. With "both" the ids of TPDO3 and 4 are those of 418's second and third, which tell all. */
export function pdoPresets(set: PdoSet): Pick<Presets, "transmit" | "receive"> {
  const [first, second, third] = CIA_418_TRANSMIT;
  switch (set) {
    case "vendor":
      return { transmit: VENDOR, receive: [] };
    case "cia418": {
      const transmit = [sentByProfile(0x180, first), sentByProfile(0x280, second), sentByProfile(0x380, third)];
      return { transmit, receive: CIA_418_RECEIVE };
    }
    case "both": {
      const added = [sentByProfile(0x380, second), sentByProfile(0x480, third), sentByProfile(undefined, first)];
      return { transmit: [...VENDOR, ...added], receive: CIA_418_RECEIVE };
    }
  }
}
