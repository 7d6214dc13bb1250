// What must hold between the partners on the CAN bus: bit rates, identifiers, frames that fit, values they accept.

import { CAN_PARTNERS, type CanPartner, EXTENDED, elconAddress, isChargeShared, type PartnerIds } from "./can-partners.ts";
import type { Settings } from "./settings.ts";

type CanCheck = { readonly setting: string; readonly judge: (s: Settings) => string | undefined };
const must = (holds: boolean, reason: () => string): string | undefined => (holds ? undefined : reason());

const enabled = (s: Settings): readonly CanPartner[] => CAN_PARTNERS.filter((partner) => partner.isEnabled(s));
const hexOf = (id: number): string => `0x${(id % EXTENDED).toString(16).toUpperCase()}`;

const idsOf = ({ sent, heard }: PartnerIds, s: Settings): readonly number[] => [...sent(s), ...heard(s)];

/** Identifiers that two partners both use: nobody could tell whose frame it is. */
function idConflict(one: CanPartner, other: CanPartner, ids: PartnerIds, s: Settings): string | undefined {
  if (!one.isEnabled(s) || !other.isEnabled(s)) return undefined;
  const taken = new Set(one.ids.flatMap((row) => idsOf(row, s)));
  const shared = idsOf(ids, s).filter((id) => taken.has(id)).map(hexOf);
  const which = `identifier${shared.length > 1 ? "s" : ""} ${shared.join(", ")}`;
  return must(shared.length === 0, () => `${one.title} and ${other.title} both use ${which}: disable one of them, or change its id`);
}

/** Every two partners, at each setting that could move the second one's identifiers. */
const ID_CHECKS: readonly CanCheck[] = CAN_PARTNERS.flatMap((other, at) =>
  CAN_PARTNERS.slice(0, at).flatMap((one) => other.ids.map((ids): CanCheck => ({ setting: ids.setting, judge: (s) => idConflict(one, other, ids, s) }))),
);

function rateConflict(s: Settings): string | undefined {
  const bound = enabled(s).filter(({ bitRates }) => bitRates.length > 0 && !bitRates.includes(s.can.bitRate));
  const rates = ({ title, bitRates }: CanPartner): string => `${title} speaks at ${bitRates.join(" or ")} kbit/s`;
  return must(bound.length === 0, () => `is ${s.can.bitRate} kbit/s, but ${bound.map(rates).join(", and ")}`);
}

/** The two bytes of a number from `first` on lie within the command. */
const fits = ({ genericCharger: { length } }: Settings, first: number): boolean => first + 2 <= length;
const NO_TABLE = "no byte table of these frames is public, so that they cannot be spoken; enter the maker's in genericCharger instead";

const CHARGERS = ["j1939Charger", "eltekCharger", "cia419Charger", "genericCharger"] as const;

/** Battery voltages that Sunny Island inverters take (SMA, FSS-ConnectingBat-TI-en-10); others they drop without a word. */
const SMA_RANGES = { charge: [41, 63], discharge: [41, 48] } as const;
const within = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most;
const pack_V = (s: Settings, cell_V: number): number => s.battery.cells * cell_V;

export const CAN_CROSS_CHECKS: readonly CanCheck[] = [
  { setting: "can.bitRate", judge: rateConflict },
  ...ID_CHECKS,
  { setting: "j1939Charger.sourceAddress", judge: (s) => must(!s.j1939Charger.enable || s.j1939Charger.sourceAddress !== elconAddress(s), () => `is ${hexOf(elconAddress(s))}, the charger's own address (j1939Charger.number ${s.j1939Charger.number})`) },
  { setting: "genericCharger.statusId", judge: ({ genericCharger: g }) => must(!g.enable || g.statusId !== g.commandId, () => `is ${hexOf(g.statusId)}, which is the command's (genericCharger.commandId)`) },
  { setting: "j1939Charger.compliance", judge: (s) => must(!s.j1939Charger.enable || s.j1939Charger.compliance === "none", () => NO_TABLE) },
  { setting: "microPowerCharger.enable", judge: (s) => must(!s.microPowerCharger.enable, () => NO_TABLE) },
  { setting: "cia419Charger.nodeId", judge: (s) => must(!s.cia419Charger.enable || s.cia419Charger.nodeId !== s.can.nodeId, () => `is this device's own node id (can.nodeId ${s.can.nodeId})`) },
  { setting: "equipment.chargerExpected", judge: (s) => must(!s.equipment.chargerExpected || CHARGERS.some((group) => s[group].enable), () => "needs a charger on the bus: j1939Charger, eltekCharger, cia419Charger or genericCharger") },
  { setting: "equipment.partnerExpected", judge: (s) => must(!s.equipment.partnerExpected || s.inverter.profile !== "goodwe", () => "Goodwe inverters send nothing that could be missed; profile sma has the same frames and waits for the inverter's") },
  { setting: "canopen.pdoSet", judge: (s) => must(s.canopen.pdoSet === "vendor" || !isChargeShared(s), () => `is ${s.canopen.pdoSet}: its charger is asked for the whole charge limit, which an inverter (inverter.profile) or another charger on the bus would be given once more; set vendor, or disable them`) },
  { setting: "battery.chargeVoltage_V", judge: (s) => {
    const charge_V = pack_V(s, s.battery.chargeVoltage_V);
    return must(s.inverter.profile !== "sma" || within(charge_V, SMA_RANGES.charge), () => `makes ${charge_V.toFixed(1)} V for the pack, but Sunny Island takes ${SMA_RANGES.charge.join(" to ")} V`);
  } },
  { setting: "battery.dischargeVoltage_V", judge: (s) => {
    const discharge_V = pack_V(s, s.battery.dischargeVoltage_V);
    return must(s.inverter.profile !== "sma" || within(discharge_V, SMA_RANGES.discharge), () => `makes ${discharge_V.toFixed(1)} V for the pack, but Sunny Island takes ${SMA_RANGES.discharge.join(" to ")} V`);
  } },
  { setting: "inverter.forceUrgentSoc", judge: (s) => must(s.inverter.forceUrgentSoc <= s.inverter.forceChargeSoc, () => `must not be above inverter.forceChargeSoc (${s.inverter.forceChargeSoc})`) },
  ...(["commandId", "statusId"] as const).map((row): CanCheck => ({ setting: `genericCharger.${row}`, judge: ({ genericCharger: g }) =>
    must(!g.enable || g.extended || g[row] <= 0x7ff, () => `is ${hexOf(g[row])}, more than 11 bits (genericCharger.extended)`) })),
  ...(["voltageByte", "currentByte"] as const).map((row): CanCheck => ({ setting: `genericCharger.${row}`, judge: (s) =>
    must(!s.genericCharger.enable || fits(s, s.genericCharger[row]), () => `does not fit into ${s.genericCharger.length} bytes`) })),
  { setting: "genericCharger.currentByte", judge: ({ genericCharger: g }) => must(!g.enable || Math.abs(g.voltageByte - g.currentByte) >= 2, () => "lies on the bytes of the voltage") },
  { setting: "genericCharger.controlByte", judge: ({ genericCharger: g }) => must(!g.enable || g.controlByte < 0 || (g.controlByte < g.length && ![0, 1].includes(g.controlByte - g.voltageByte) && ![0, 1].includes(g.controlByte - g.currentByte)), () => "lies outside the command, or on its voltage or current") },
  { setting: "shunt.canId", judge: ({ shunt }) => must(!shunt.enable || shunt.extended || shunt.canId <= 0x7ff, () => `is ${hexOf(shunt.canId)}, more than 11 bits (shunt.extended)`) },
  { setting: "shunt.firstByte", judge: ({ shunt }) => must(!shunt.enable || shunt.firstByte + Number(shunt.bytes) <= 8, () => `${shunt.bytes} bytes from byte ${shunt.firstByte} on do not fit into a frame`) },
  ...CHARGERS.map((group): CanCheck => ({ setting: `${group}.charge_V`, judge: (s) => {
    const most_V = s.battery.cells * s.protections.overvoltage.limit_V;
    return must(!s[group].enable || s[group].charge_V < most_V, () => `would bring the cells to their overvoltage limit (${most_V.toFixed(1)} V)`);
  } })),
  { setting: "eltekCharger.overvoltage_V", judge: ({ eltekCharger: e }) => must(!e.enable || e.overvoltage_V > e.charge_V, () => `must be above eltekCharger.charge_V (${e.charge_V} V)`) },
];
