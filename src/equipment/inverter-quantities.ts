// What an inverter is told, by name: the battery's signals, its limits and its errors, bent by the settings' switches.

import type { Settings } from "../model/settings.ts";
import { ALARM_NAMES, type AlarmName, type Alarms, readAlarms } from "./alarms.ts";
import type { Limits } from "./limits.ts";
import { isSet, readSignal } from "./reading.ts";

/** Numbers and flags that frames may carry, besides alarms and warnings. */
export const INVERTER_QUANTITIES = {
  charge_V: "charge voltage limit (CVL)",
  chargeLimit_A: "charge current limit (CCL)",
  dischargeLimit_A: "discharge current limit (DCL)",
  discharge_V: "discharge voltage limit (DVL)",
  soc: "state of charge",
  soh: "state of health",
  remaining_Ah: "charge that can still be drawn",
  battery_V: "battery voltage",
  current_A: "battery current",
  temperature_degC: "mean cell temperature",
  cycles: "cycles",
  minCell_V: "lowest cell voltage",
  maxCell_V: "highest cell voltage",
  minCell: "number of the cell with the lowest voltage",
  maxCell: "number of the cell with the highest voltage",
  spread_V: "highest less lowest cell voltage",
  minTemperature_degC: "lowest cell temperature",
  maxTemperature_degC: "highest cell temperature",
  minThermistor: "number of the coldest sensor",
  maxThermistor: "number of the hottest sensor",
  installed_Ah: "installed capacity",
  capacity_Ah: "effective capacity",
  received_Wh: "energy charged",
  delivered_Wh: "energy discharged",
  cells: "cells in series",
  chemistry: "chemistry: 0 LFP, 1 ternary, 2 LTO",
  modules: "modules",
  modulesNoCharge: "modules that block charging",
  modulesNoDischarge: "modules that block discharging",
  productId: "cell type or product id (inverter.productId)",
  isChargeAllowed: "charging is allowed",
  isDischargeAllowed: "discharging is allowed",
  force5: "request to charge (inverter.forceOrder decides which)",
  force4: "request to charge (inverter.forceOrder decides which)",
  isBalancing: "balancing",
  isAsleep: "not running",
  anyAlarm: "any alarm",
  flow: "0 soft start, 1 standby, 2 charging, 3 discharging",
  hot: "high temperature, charging or not",
  cold: "low temperature, charging or not",
  system: "any other alarm: contactor, short circuit, internal, general",
  hotWarning: "high temperature, charging or not, as a warning",
  coldWarning: "low temperature, charging or not, as a warning",
  systemWarning: "any other warning",
  /** Never known, so that its bytes are those of a value that is not. */
  unused: "not used",
} as const;
/** Cells that frames have a place for. */
const CELLS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;
export type CellQuantity = `cell${(typeof CELLS)[number]}_V`;
export const CELL_QUANTITIES: readonly CellQuantity[] = CELLS.map((cell) => `cell${cell}_V` as const);
export type InverterQuantity = keyof typeof INVERTER_QUANTITIES | keyof Alarms | CellQuantity;
export type InverterQuantities = Record<InverterQuantity, number>;

/** How the settings bend what is told; "profile" has been replaced by the profile's own way. */
export type InverterManner = {
  readonly currentSign: 1 | -1;
  readonly zeroCurrent: "zero" | "tenth";
  readonly noCharge: "keep" | "packVoltage";
  readonly forceOrder: "bit5First" | "bit4First";
  readonly undervoltage: "alarm" | "warning";
};

export function createQuantities(): InverterQuantities {
  const names = [
    ...Object.keys(INVERTER_QUANTITIES),
    ...CELL_QUANTITIES,
    ...ALARM_NAMES.flatMap((name) => [`alarm.${name}`, `warning.${name}`]),
  ];
  return Object.fromEntries(names.map((name) => [name, Number.NaN])) as InverterQuantities;
}

/** Reads all of them anew. `charge_A`: what is left for the inverter of the charge limit. */
export function fillQuantities(
  into: InverterQuantities,
  image: Float64Array,
  settings: Settings,
  limits: Limits,
  charge_A: number,
  manner: InverterManner,
): void {
  readAlarms(into, image, settings, manner.undervoltage);
  fillSignals(into, image, settings);
  fillLimits(into, image, settings, limits, charge_A, manner);
  fillFlags(into, image, settings, limits, manner);
  joinAlarms(into);
}

function fillSignals(into: InverterQuantities, image: Float64Array, settings: Settings): void {
  const read = (name: string): number => readSignal(image, name);
  into.soc = read("soc");
  into.soh = read("soh");
  into.remaining_Ah = read("remaining_Ah");
  into.battery_V = read("battery_V");
  into.temperature_degC = meanTemperature_degC(image, settings.battery.cells);
  into.cycles = read("cycles");
  into.minCell_V = read("minCell_V");
  into.maxCell_V = read("maxCell_V");
  into.minCell = read("minCell") + 1;
  into.maxCell = read("maxCell") + 1;
  into.spread_V = read("spread_V");
  into.minTemperature_degC = read("minTemperature_degC");
  into.maxTemperature_degC = read("maxTemperature_degC");
  into.minThermistor = read("minTemperatureIndex") + 1;
  into.maxThermistor = read("maxTemperatureIndex") + 1;
  into.installed_Ah = settings.battery.capacity_Ah;
  into.capacity_Ah = read("effectiveCapacity_Ah");
  into.received_Wh = read("lifetimeReceived_Wh");
  into.delivered_Wh = read("lifetimeDelivered_Wh");
  into.cells = settings.battery.cells;
  into.chemistry = chemistryOf(settings);
  CELL_QUANTITIES.forEach((name, cell) => {
    into[name] = cell < settings.battery.cells ? readSignal(image, "cells_V", cell) : Number.NaN;
  });
  into.modules = settings.inverter.modules;
  into.productId = settings.inverter.productId;
}

const chemistryOf = ({ battery: { chemistry } }: Settings): number =>
  chemistry === "LTO" ? 2 : ["LFP", "LiFeYPO4", "custom"].includes(chemistry) ? 0 : 1;

function meanTemperature_degC(image: Float64Array, cells: number): number {
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) sum += readSignal(image, "cellTemperatures_degC", cell);
  return sum / cells;
}

/** The least current there is where a partner ignores 0. */
const TENTH_A = 0.1;

function fillLimits(
  into: InverterQuantities,
  image: Float64Array,
  { battery }: Settings,
  limits: Limits,
  charge_A: number,
  { zeroCurrent, noCharge, currentSign }: InverterManner,
): void {
  const least_A = zeroCurrent === "tenth" ? TENTH_A : 0;
  const usual_V = readSignal(image, "maximumCharge_V") || battery.cells * battery.chargeVoltage_V; // 0 before the first tick
  const isHeld = noCharge === "packVoltage" && !limits.isChargeAllowed && !Number.isNaN(into.battery_V);
  into.charge_V = isHeld ? Math.min(into.battery_V, usual_V) : usual_V;
  into.discharge_V = readSignal(image, "minimumDischarge_V") || battery.cells * battery.dischargeVoltage_V;
  into.chargeLimit_A = Math.max(least_A, charge_A);
  into.dischargeLimit_A = Math.max(least_A, limits.discharge_A);
  into.current_A = currentSign * readSignal(image, "current_A");
}

const flag = (is: boolean): number => (is ? 1 : 0);

function fillFlags(
  into: InverterQuantities,
  image: Float64Array,
  { inverter }: Settings,
  limits: Limits,
  { forceOrder }: InverterManner,
): void {
  const { isChargeAllowed, isDischargeAllowed } = limits;
  into.isChargeAllowed = flag(isChargeAllowed);
  into.isDischargeAllowed = flag(isDischargeAllowed);
  into.modulesNoCharge = isChargeAllowed ? 0 : inverter.modules;
  into.modulesNoDischarge = isDischargeAllowed ? 0 : inverter.modules;
  const [asks, urges] = [into.soc < inverter.forceChargeSoc, into.soc < inverter.forceUrgentSoc].map((is) =>
    flag(is && isChargeAllowed),
  );
  into.force5 = forceOrder === "bit5First" ? asks! : urges!;
  into.force4 = forceOrder === "bit5First" ? urges! : asks!;
  into.isBalancing = flag(isSet(image, "signal.balancing"));
  into.isAsleep = flag(!isSet(image, "signal.powerUp"));
  into.flow = flowOf(image);
}

function flowOf(image: Float64Array): number {
  if (isSet(image, "signal.chargingPresent")) return 2;
  if (isSet(image, "signal.dischargingPresent")) return 3;
  return isSet(image, "signal.precharging") ? 0 : 1;
}

const HOT = ["highTemperature", "highTemperatureCharge"] as const;
const COLD = ["lowTemperature", "lowTemperatureCharge"] as const;
const SYSTEM = ["general", "contactor", "shortCircuit", "internal", "imbalance"] as const;

function joinAlarms(into: InverterQuantities): void {
  const any = (names: readonly AlarmName[], kind: "alarm" | "warning"): number =>
    flag(names.some((name) => into[`${kind}.${name}`] === 1));
  into.hot = any(HOT, "alarm");
  into.cold = any(COLD, "alarm");
  into.system = any(SYSTEM, "alarm");
  into.hotWarning = any(HOT, "warning");
  into.coldWarning = any(COLD, "warning");
  into.systemWarning = any(SYSTEM, "warning");
  into.anyAlarm = any(ALARM_NAMES, "alarm");
}
