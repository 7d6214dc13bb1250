// Who else speaks on the CAN bus, one row each: when it is there by the settings, the bit rates it knows, and the identifiers
// it sends and is sent, by the setting that they follow. Cross-checks refuse partners that cannot share the bus; src/equipment
// speaks to them.

import type { Settings } from "./settings.ts";

/** Whether the identifier has 29 bits is part of it: added to the id, beyond all of them. */
export const EXTENDED = 0x2000_0000;

/** Identifiers that one setting moves. */
export type PartnerIds = {
  readonly setting: string;
  /** What this device sends to it. */
  readonly sent: (s: Settings) => readonly number[];
  /** What it sends. */
  readonly heard: (s: Settings) => readonly number[];
};

export type CanPartner = {
  readonly title: string;
  readonly isEnabled: (s: Settings) => boolean;
  /** kbit/s, as in can.bitRate; none: any. */
  readonly bitRates: readonly string[];
  readonly ids: readonly PartnerIds[];
};

export type InverterProfileName = Exclude<Settings["inverter"]["profile"], "none">;

const range = (first: number, last: number): readonly number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const PYLONTECH_IDS = [0x351, 0x355, 0x356, 0x359, 0x35c, 0x35e];
const SMA_IDS = [0x351, 0x355, 0x356, 0x35a, 0x35e, 0x35f];

/** Identifiers of the frames of each inverter profile, all of 11 bits. */
export const INVERTER_IDS: Readonly<Record<InverterProfileName, { readonly sent: readonly number[]; readonly heard: readonly number[] }>> = {
  pylontech: { sent: PYLONTECH_IDS, heard: [0x305] },
  deye: { sent: PYLONTECH_IDS, heard: [0x305] },
  solArk: { sent: [...PYLONTECH_IDS, 0x379], heard: [0x305] },
  luxpower: { sent: PYLONTECH_IDS, heard: [0x305, 0x300] },
  sofar: { sent: PYLONTECH_IDS, heard: [0x305] },
  sma: { sent: SMA_IDS, heard: [0x305, 0x306, 0x307] },
  goodwe: { sent: SMA_IDS, heard: [] },
  victron: { sent: [...SMA_IDS, ...range(0x370, 0x382).filter((id) => id < 0x37a || id > 0x37f)], heard: [0x305, 0x307] },
  growatt: { sent: [...range(0x311, 0x319), 0x320], heard: [0x301] },
};

/** Addresses of up to four TC or Elcon chargers on one bus. */
export const ELCON_ADDRESSES = [0xe5, 0xe7, 0xe8, 0xe9] as const;
export const elconAddress = (s: Settings): number => ELCON_ADDRESSES[s.j1939Charger.number - 1] ?? ELCON_ADDRESSES[0];
/** Identifier of the command to a TC or Elcon charger: 0x1806E5F4, with its address and ours. */
export const elconCommandId = (s: Settings): number => 0x1806_0000 + elconAddress(s) * 0x100 + s.j1939Charger.sourceAddress;
export const elconStatusId = (s: Settings): number => 0x18ff_5000 + elconAddress(s);

const withBits = (id: number, extended: boolean): number => (extended ? id + EXTENDED : id);

const CHARGERS: readonly CanPartner[] = [
  {
    title: "the J1939 charger",
    isEnabled: (s) => s.j1939Charger.enable,
    bitRates: ["250", "500"],
    ids: [
      {
        setting: "j1939Charger.sourceAddress",
        sent: (s) => [elconCommandId(s), 0x18ee_ff00 + s.j1939Charger.sourceAddress].map((id) => id + EXTENDED),
        heard: (s) => [elconStatusId(s), 0x18fe_ca00 + elconAddress(s), 0x18ee_ff00 + elconAddress(s)].map((id) => id + EXTENDED),
      },
    ],
  },
  {
    title: "the Eltek charger",
    isEnabled: (s) => s.eltekCharger.enable,
    bitRates: ["125"],
    ids: [
      {
        setting: "eltekCharger.address",
        sent: (s) => [0x0500_4800 + s.eltekCharger.address * 4, s.eltekCharger.walkIn_s === "5" ? 0x05ff_4004 : 0x05ff_4005].map((id) => id + EXTENDED),
        heard: (s) => [0x04, 0x08, 0x0c, 0x10].map((state) => 0x0500_4000 + s.eltekCharger.address * 0x1_0000 + state + EXTENDED),
      },
    ],
  },
  {
    title: "the CANopen charger",
    isEnabled: (s) => s.cia419Charger.enable,
    bitRates: [],
    ids: [
      {
        setting: "cia419Charger.nodeId",
        sent: (s) => [0x200, 0x300].map((base) => base + s.cia419Charger.nodeId),
        heard: (s) => [0x180, 0x280, 0x380, 0x700].map((base) => base + s.cia419Charger.nodeId),
      },
    ],
  },
  {
    title: "the other charger (genericCharger)",
    isEnabled: (s) => s.genericCharger.enable,
    bitRates: [],
    ids: [
      { setting: "genericCharger.commandId", sent: (s) => [withBits(s.genericCharger.commandId, s.genericCharger.extended)], heard: () => [] },
      { setting: "genericCharger.statusId", sent: () => [], heard: (s) => [withBits(s.genericCharger.statusId, s.genericCharger.extended)] },
    ],
  },
];

/** An inverter or a charger is given its share of the charge limit by commands. */
export const isChargeShared = (s: Settings): boolean => s.inverter.profile !== "none" || CHARGERS.some(({ isEnabled }) => isEnabled(s));

const inverterIds = (s: Settings) => (s.inverter.profile === "none" ? { sent: [], heard: [] } : INVERTER_IDS[s.inverter.profile]);

// CiA 301, pre-defined connection set. Receive PDOs are there from the start with those of CiA 418 only (canopen.pdoSet): three.
const NODE: CanPartner = {
  title: "this device as a CANopen node",
  isEnabled: () => true,
  bitRates: [],
  ids: [
    {
      setting: "can.nodeId",
      sent: (s) => [0x080, ...[0x080, 0x180, 0x280, 0x380, 0x480, 0x580, 0x700].map((base) => base + s.can.nodeId)],
      heard: (s) => [0x000, 0x100, ...[0x600, ...(s.canopen.pdoSet === "vendor" ? [] : [0x200, 0x300, 0x400])].map((base) => base + s.can.nodeId)],
    },
  ],
};

/** Those whose identifiers are the freer to choose come later: of two that clash, the later one is told to move. */
export const CAN_PARTNERS: readonly CanPartner[] = [
  {
    title: "the inverter",
    isEnabled: (s) => s.inverter.profile !== "none",
    bitRates: ["500"],
    ids: [
      {
        setting: "inverter.profile",
        sent: (s) => inverterIds(s).sent,
        heard: (s) => inverterIds(s).heard,
      },
    ],
  },
  NODE,
  ...CHARGERS,
  {
    title: "the shunt",
    isEnabled: (s) => s.shunt.enable,
    bitRates: [],
    ids: [
      {
        setting: "shunt.canId",
        sent: () => [],
        heard: (s) => [withBits(s.shunt.canId, s.shunt.extended)],
      },
    ],
  },
];

/** What this device sends to its partners, beside what it sends as a node. */
export const idsToPartners = (s: Settings): readonly number[] =>
  CAN_PARTNERS.filter((partner) => partner !== NODE && partner.isEnabled(s)).flatMap(({ ids }) => ids.flatMap(({ sent }) => sent(s)));
