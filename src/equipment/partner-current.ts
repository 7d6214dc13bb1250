// What a partner's frames tell of the current it takes or gives, and of the voltage it sees.

import type { CanFrame } from "../base/can-frame.ts";
import { elconStatusId } from "../model/can-partners.ts";
import type { Settings } from "../model/settings.ts";
import { cia419Status } from "./cia419.ts";
import { ELCON_STATUS } from "./elcon.ts";
import { ELTEK_STATUS, isEltekStatus } from "./eltek.ts";
import { decodeRow, getRaw, isOfRow } from "./frame-row.ts";
import { INVERTER_PROFILES } from "./inverter-profiles.ts";

export type Said = { readonly current_A: number; readonly battery_V?: number };

/** Charging positive; undefined: the frame tells nothing of it. */
export const partnerCurrent_A = (settings: Settings, frame: CanFrame): Said | undefined =>
  ofInverter(settings, frame) ??
  ofElcon(settings, frame) ??
  ofEltek(settings, frame) ??
  ofCia419(settings, frame) ??
  ofGeneric(settings, frame);

/** Whether any frame that a partner of these settings may send tells its current. */
export function tellsCurrent({
  inverter,
  j1939Charger,
  eltekCharger,
  cia419Charger,
  genericCharger,
}: Settings): boolean {
  const replies = inverter.profile === "none" ? [] : INVERTER_PROFILES[inverter.profile].replies;
  const isInReply = replies.some(({ fields }) => fields.some((field) => "of" in field && field.of === "current_A"));
  const isOfGeneric = genericCharger.enable && genericCharger.outputCurrentByte >= 0;
  return isInReply || isOfGeneric || [j1939Charger, eltekCharger, cia419Charger].some(({ enable }) => enable);
}

function ofInverter({ inverter }: Settings, { id, extended, data }: CanFrame): Said | undefined {
  if (inverter.profile === "none" || extended) return undefined;
  const { replies, order } = INVERTER_PROFILES[inverter.profile];
  const row = replies.find((reply) => reply.id === id);
  if (row === undefined || data.length < 4) return undefined;
  const { current_A, battery_V } = decodeRow(row, order, data);
  if (current_A === undefined || battery_V === undefined || battery_V === 0) return undefined; // zeros: only a sign of life
  return { current_A: -current_A, battery_V }; // SMA counts charging negative
}

const spoken = (output_A: number | undefined, output_V: number | undefined): Said | undefined => {
  if (output_A === undefined || Number.isNaN(output_A)) return undefined;
  return output_V === undefined || Number.isNaN(output_V) || output_V === 0
    ? { current_A: output_A }
    : { current_A: output_A, battery_V: output_V };
};

function ofElcon(settings: Settings, { id, extended, data }: CanFrame): Said | undefined {
  if (!settings.j1939Charger.enable || !extended || id !== elconStatusId(settings)) return undefined;
  const { output_A, output_V } = decodeRow(ELCON_STATUS, "big", data);
  return spoken(output_A, output_V);
}

function ofEltek(settings: Settings, frame: CanFrame): Said | undefined {
  if (!settings.eltekCharger.enable || !isEltekStatus(settings, frame)) return undefined;
  const { output_A, output_V } = decodeRow(ELTEK_STATUS, "little", frame.data);
  return spoken(output_A, output_V);
}

function ofCia419(settings: Settings, frame: CanFrame): Said | undefined {
  const row = cia419Status(settings);
  if (!settings.cia419Charger.enable || !isOfRow(row, frame)) return undefined;
  const { output_A, output_V } = decodeRow(row, "little", frame.data);
  return spoken(output_A, output_V);
}

function ofGeneric({ genericCharger: g }: Settings, { id, extended, data }: CanFrame): Said | undefined {
  if (!g.enable || id !== g.statusId || extended !== g.extended || g.outputCurrentByte < 0) return undefined;
  const read = (byte: number, step: number): number => getRaw(data, byte, 2, g.byteOrder, false) * step;
  return spoken(read(g.outputCurrentByte, g.currentStep_A), read(g.outputVoltageByte, g.voltageStep_V));
}
