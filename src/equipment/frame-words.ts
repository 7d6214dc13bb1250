// Frames of partners in words, for a person who looks at the bus: which frame it is by the settings in force, and what stands in
// it. Made of the same rows that write and read the frames.

import type { CanFrame } from "../base/can-frame.ts";
import { elconCommandId, elconStatusId } from "../model/can-partners.ts";
import type { Settings } from "../model/settings.ts";
import { CIA419_DETAIL, CIA419_MEASURED, CIA419_REQUEST, cia419Status } from "./cia419.ts";
import { ELCON_COMMAND, ELCON_STATUS } from "./elcon.ts";
import { ELTEK_COMMAND, ELTEK_STATUS } from "./eltek.ts";
import { type ByteOrder, type Field, type FrameRow, isOfRow, readNumber, stepOf } from "./frame-row.ts";
import { codingOf } from "./inverter-profile.ts";
import { INVERTER_PROFILES } from "./inverter-profiles.ts";
import { shuntCurrent_A } from "./shunt.ts";

export type FrameWords = { readonly name: string; readonly text: string };

type AnyField = Field<string, string, string>;
type Steps = Readonly<Record<string, number>>;
type Known = {
  readonly row: FrameRow<string, string, string>;
  readonly of: string;
  readonly order: ByteOrder;
  readonly steps: Steps;
};

/** What tells frames under these settings. Make it once for them. */
export type PartnerWords = { readonly settings: Settings; readonly known: readonly Known[] };

export const createPartnerWords = (settings: Settings): PartnerWords => ({
  settings,
  known: [...inverterRows(settings), ...chargerRows(settings)],
});

/** Undefined: it is no frame of a partner. */
export function partnerWords({ settings, known }: PartnerWords, frame: CanFrame): FrameWords | undefined {
  const found = known.find(({ row }) => isOfRow(row, frame));
  if (found !== undefined) return { name: `${found.of}: ${found.row.title}`, text: fieldsText(found, frame.data) };
  const current_A = shuntCurrent_A(settings, frame);
  return current_A === undefined ? undefined : { name: "shunt: current", text: `${plain(current_A)} A` };
}

function inverterRows(settings: Settings): Known[] {
  const { profile } = settings.inverter;
  if (profile === "none") return [];
  const of = INVERTER_PROFILES[profile];
  const { order, steps } = codingOf(of, settings);
  const sent = of.rows.map((row): Known => ({ row, of: profile, order, steps }));
  return [...sent, ...of.replies.map((row): Known => ({ row, of: profile, order, steps: {} }))];
}

function chargerRows(settings: Settings): Known[] {
  const { j1939Charger, eltekCharger, cia419Charger, genericCharger } = settings;
  return [
    ...(j1939Charger.enable ? elconRows(settings) : []),
    ...(eltekCharger.enable ? eltekRows(settings) : []),
    ...(cia419Charger.enable ? cia419Rows(settings) : []),
    ...(genericCharger.enable ? genericRows(settings) : []),
  ];
}

const known =
  (of: string, order: ByteOrder) =>
  (row: Known["row"]): Known => ({ row, of, order, steps: {} });

const elconRows = (settings: Settings): Known[] =>
  [
    { ...ELCON_COMMAND, id: elconCommandId(settings) },
    { ...ELCON_STATUS, id: elconStatusId(settings) },
  ].map(known("J1939 charger", "big"));

/** The last byte of the status' id tells how the supply is. */
function eltekRows({ eltekCharger: { address, walkIn_s } }: Settings): Known[] {
  const states = { normal: 0x04, warning: 0x08, alarm: 0x0c, rising: 0x10 } as const;
  const statuses = Object.entries(states).map(([word, state]) => ({
    ...ELTEK_STATUS,
    id: 0x0500_4000 + address * 0x1_0000 + state,
    title: `status, ${word}`,
  }));
  const command = { ...ELTEK_COMMAND, id: walkIn_s === "5" ? 0x05ff_4004 : 0x05ff_4005, title: "set point" };
  const login = { id: 0x0500_4800 + address * 4, extended: true, length: 8, title: "login", fields: [] } as const;
  return [command, ...statuses, login].map(known("Eltek charger", "little"));
}

const cia419Rows = (settings: Settings): Known[] =>
  [
    ...[CIA419_REQUEST, CIA419_MEASURED, CIA419_DETAIL].map((row) => ({
      ...row,
      id: row.id + settings.cia419Charger.nodeId,
    })),
    cia419Status(settings),
  ].map(known("CANopen charger", "little"));

/** As the settings describe them. */
function genericRows({ genericCharger: g }: Settings): Known[] {
  const number = (byte: number, step: number, unit: string, of: string): AnyField => ({
    ...{ kind: "number", byte, type: "u16", step, unit, of },
  });
  const row = (id: number, title: string, fields: readonly AnyField[]): Known["row"] => ({
    ...{ id, length: g.length, title, fields },
    ...(g.extended ? { extended: true } : {}),
  });
  const command = row(g.commandId, "command", [
    number(g.voltageByte, g.voltageStep_V, "V", "charge_V"),
    number(g.currentByte, g.currentStep_A, "A", "charge_A"),
  ]);
  const status = row(g.statusId, "status", [
    number(g.outputVoltageByte, g.voltageStep_V, "V", "output_V"),
    number(g.outputCurrentByte, g.currentStep_A, "A", "output_A"),
  ]);
  return [command, status].map(known("charger", g.byteOrder));
}

function fieldsText({ row, order, steps }: Known, data: Uint8Array): string {
  const texts = row.fields.map((field) => fieldText(field, data, order, steps)).filter((text) => text !== "");
  const hasPairs = row.fields.some(({ kind }) => kind === "pair");
  return texts.length === 0 && hasPairs ? "none" : texts.join(", ");
}

/** "" where there is nothing to tell: constants, and alarms that are not set. */
function fieldText(field: AnyField, data: Uint8Array, order: ByteOrder, steps: Steps): string {
  switch (field.kind) {
    case "number": {
      const value = readNumber(data, { ...field, step: stepOf(field.step, steps) }, order, true);
      return `${field.of} ${Number.isNaN(value) ? "not known" : `${plain(value)}${unitText(field.unit)}`}`;
    }
    case "bits": {
      const value = ((data[field.byte] ?? 0) >>> field.bit) & ((1 << field.bits) - 1);
      return field.bits === 1 && value === 0 ? "" : `${field.of}${field.bits === 1 ? "" : ` ${value}`}`;
    }
    case "pair":
      return (((data[field.byte] ?? 0) >>> field.bit) & 3) === 1 ? field.of : "";
    case "text":
      return `${field.of} "${String.fromCharCode(...data.subarray(field.byte, field.byte + field.length)).trim()}"`;
    case "constant":
      return "";
  }
}

const plain = (value: number): string => String(Number(value.toPrecision(6)));
const unitText = (unit: string): string => (unit === "" || unit === "ratio" || unit === "none" ? "" : ` ${unit}`);
