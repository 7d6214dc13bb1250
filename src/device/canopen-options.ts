// What the settings and the program say of the device's CANopen node: who it is, and the presets of its communication.

import { crc32 } from "../base/crc.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Presets } from "../canopen/communication-parameters.ts";
import type { NodeIdentity } from "../canopen/node-state.ts";
import { receivePdos, transmitPdos } from "../canopen/pdo-defaults.ts";
import type { Settings } from "../model/settings.ts";
import type { Identity } from "../model/shown.ts";

/** 1000h: a battery module after CiA 418; nothing is said in the high word. */
export const DEVICE_TYPE = 418;
/** 1018h sub 1: no vendor number of CiA's; 0 claims none. */
const VENDOR_ID = 0;
/** The board of the vendor's manual, 2.1. */
const PRODUCT_CODE = 0x21;

/** 1018h. The serial number is the battery's where it is a number of 32 bits, else the CRC-32 of its text; 0: none is set. */
export function nodeIdentity({ user }: Settings, { firmware }: Identity): NodeIdentity {
  const [major, minor] = firmware;
  return {
    vendorId: VENDOR_ID,
    productCode: PRODUCT_CODE,
    revision: major * 0x1_0000 + minor,
    serial: serialOf(user.serialNumber),
  };
}

function serialOf(text: string): number {
  if (text === "") return 0;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= 0xffff_ffff ? number : crc32(encodeUtf8(text));
}

export function nodePresets({ can, canopen }: Settings): Presets {
  return {
    ...{ heartbeat_ms: can.heartbeat_ms, sync_ms: can.sync_ms, startup: 0 },
    transmit: transmitPdos(canopen.pdoSet),
    receive: receivePdos(canopen.pdoSet),
  };
}
