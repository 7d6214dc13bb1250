// The node of this device, put together: who it is, what it starts with, and all its objects. The device runs it; the data sheet is made of
// it, and it carries its data sheet itself (1021h).

import { crc32 } from "../base/crc.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Settings } from "../model/settings.ts";
import type { Identity } from "../model/shown.ts";
import { type Application, turnTo } from "./application.ts";
import { applicationObjects } from "./application-objects.ts";
import { numberBytes, textBytes } from "./data-types.ts";
import { type EdsFacts, edsText } from "./eds.ts";
import { nodePresets } from "./node-presets.ts";
import type { NodeIdentity, NodeOptions } from "./node-state.ts";
import type { Dictionary, DictionaryObject } from "./object.ts";
import { variable } from "./object-shapes.ts";
import { maySet } from "./orders.ts";

/** 1000h: a battery module after CiA 418; nothing is said in the high word. */
const DEVICE_TYPE = 418;
/** 1018h sub 1: no vendor number of CiA's; 0 claims none. */
const VENDOR_ID = 0;
/** The board of the vendor's manual, 2.1. */
const PRODUCT_CODE = 0x21;
const BIT_RATES_kbit = [125, 250, 500, 1000] as const;
export const EDS_FILE = "bms-mini.eds";

const revisionOf = ({ firmware: [major, minor] }: Identity): number => major * 0x1_0000 + minor;

/** 1018h. The serial number is the battery's where it is a number of 32 bits, else the CRC-32 of its text; 0: none is set. */
export const nodeIdentity = ({ user }: Settings, identity: Identity): NodeIdentity => ({
  ...{ vendorId: VENDOR_ID, productCode: PRODUCT_CODE, revision: revisionOf(identity) },
  serial: serialOf(user.serialNumber),
});

function serialOf(text: string): number {
  if (text === "") return 0;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= 0xffff_ffff ? number : crc32(encodeUtf8(text));
}

/** What the data sheet says beside the objects. Its day is that of the dictionary's first release. */
export const edsFacts = (identity: Identity): EdsFacts => ({
  ...{ fileName: EDS_FILE, vendorName: identity.vendor, vendorId: VENDOR_ID },
  ...{ productName: identity.model, productCode: PRODUCT_CODE, revision: revisionOf(identity) },
  ...{ bitRates_kbit: BIT_RATES_kbit, date: "11-29-2026", time: "12:00PM" },
});

type More = Pick<NodeOptions, "stored" | "status"> & {
  /** The node's dictionary, once it is made: what 1021h describes. */
  readonly dictionary: () => Dictionary;
};

/** To be handed to `createNode`. */
export function deviceNodeOptions(application: Application, { dictionary, ...more }: More): NodeOptions {
  const { identity, settings } = application.show();
  return {
    ...{ nodeId: settings.can.nodeId, deviceType: DEVICE_TYPE, identity: nodeIdentity(settings, identity) },
    ...{ deviceName: identity.model, hardwareVersion: identity.hardware.join(".") },
    ...{ softwareVersion: identity.firmware.join("."), bitRates_kbit: BIT_RATES_kbit },
    presets: nodePresets(settings),
    objects: [...applicationObjects(application), ...sheetObjects(identity, dictionary)],
    turn: (now_us) => turnTo(application, now_us),
    mayStoreSettings: () => maySet(application),
    ...more,
  };
}

/** 1021h and 1022h (CiA 301, 7.5.2.24 and 25): the data sheet itself, as text, made when it is first read. */
function sheetObjects(identity: Identity, dictionary: () => Dictionary): readonly DictionaryObject[] {
  let sheet: Uint8Array | undefined;
  const read = (): Uint8Array => {
    sheet ??= textBytes(edsText(dictionary(), edsFacts(identity)));
    return sheet;
  };
  return [sheetObject(read), formatObject()];
}

const sheetObject = (read: () => Uint8Array): DictionaryObject =>
  variable(0x1021, "Store EDS", {
    entry: { name: "Store EDS", type: "domain", access: "ro", unit: "none", help: "The electronic data sheet." },
    read,
  });

const formatObject = (): DictionaryObject =>
  variable(0x1022, "Store format", {
    entry: {
      name: "Store format",
      type: "u8",
      access: "ro",
      preset: 0,
      unit: "none",
      help: "0: ASCII, not compressed.",
    },
    read: () => numberBytes("u8", 0),
  });
