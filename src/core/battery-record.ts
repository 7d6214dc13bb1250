// Fills the battery record (model/battery-record.ts) from the signals as they stand, the settings in force and what the
// device keeps of its service. A figure nobody has measured is null and says why; nothing is presumed in its place.
// After Annex VII, IV and XIII of the battery regulation (EU) 2023/1542; docs/battery-record.md says how each is made.

import { isoTime } from "../base/calendar.ts";
import { HARMFUL, RECORD_KEYS, type RecordKey } from "../model/battery-record.ts";
import { FAULT_NAMES, FAULT_ROWS } from "../model/faults.ts";
import { SOC_BORDERS, TEMPERATURE_BORDERS_degC } from "../model/life-classes.ts";
import type { Settings } from "../model/settings.ts";
import { classes } from "./record-classes.ts";
import {
  counted,
  counter,
  type RateMeasurement,
  type RecordEntry,
  type Service,
  type Source,
  sum,
  unknown,
  words,
} from "./record-entry.ts";
import { nominal_Ohm, power, powerEntry } from "./record-power.ts";
import type { Snapshot } from "./snapshot.ts";

export type BatteryRecord = { readonly [K in RecordKey]: RecordEntry };

/** The record as it stands. The snapshot must hold every signal of the tables; the settings must be those in force. */
export function batteryRecord(snapshot: Snapshot, settings: Settings, service: Service): BatteryRecord {
  const source: Source = {
    at: (name) => Number(snapshot[name]),
    list: (name) => snapshot[name] as readonly number[],
    settings,
    service,
  };
  return Object.fromEntries(RECORD_KEYS.map((key) => [key, ENTRIES[key](source)])) as BatteryRecord;
}

const NO_CAPACITY = "the battery has not yet been discharged from full until empty under this device";
const NO_RESISTANCE = "not every cell's resistance has been measured yet: that takes steps of the current";
const NO_TRIP = "no full cycle yet: full by voltage, four fifths of the capacity out, and full again within 30 days";

const ENTRIES: { readonly [K in RecordKey]: (source: Source) => RecordEntry } = {
  manufacturer: ({ settings }) => words(settings.user.manufacturer, "user.manufacturer"),
  serialNumber: ({ settings }) => words(settings.user.serialNumber, "user.serialNumber"),
  productionDate: ({ settings }) => words(settings.user.productionDate, "user.productionDate"),
  serviceEntry: ({ service }) => serviceEntry(service),
  chemistry: ({ settings }) => ({
    value: `${settings.battery.chemistry}, ${settings.battery.cells} cells in series`,
    basis: "set",
  }),
  ratedCapacity: ({ settings }) => ({ value: settings.battery.capacity_Ah, basis: "set" }),
  ratedPower: ({ settings }) => ({ ...powerEntry(settings, settings.battery.resistance_Ohm), basis: "calculated" }),
  ratedResistance: ({ settings }) => ({ value: nominal_Ohm(settings), basis: "set" }),
  expectedCycles: ({ settings: { soh } }) => ({
    value: soh.lifeCycles,
    basis: "set",
    note: `full cycles, until ${Math.round(soh.endOfLife * 100)} % of the capacity are left`,
  }),

  remainingCapacity,
  capacityFade: ({ at, settings }) => {
    const measured_Ah = at("measuredCapacity_Ah");
    if (!(measured_Ah > 0)) return unknown(NO_CAPACITY);
    return { value: 1 - measured_Ah / settings.battery.capacity_Ah, basis: "calculated" };
  },
  remainingPower: ({ at, settings }) => {
    const measured_Ohm = at("measuredResistance_Ohm");
    if (!(measured_Ohm > 0)) return unknown(NO_RESISTANCE);
    return powerEntry(settings, measured_Ohm / settings.battery.cells);
  },
  powerFade: ({ at, settings }) => {
    const measured_Ohm = at("measuredResistance_Ohm");
    if (!(measured_Ohm > 0)) return unknown(NO_RESISTANCE);
    const now_W = power(settings, measured_Ohm / settings.battery.cells).power_W;
    return { value: 1 - now_W / power(settings, settings.battery.resistance_Ohm).power_W, basis: "calculated" };
  },
  roundTrip: ({ at }) =>
    at("roundTrips") > 0
      ? { value: at("roundTrip"), basis: "measured", bound: at("roundTripBound"), note: `${at("roundTrips")} measured` }
      : unknown(NO_TRIP),
  roundTripFade: ({ at }) =>
    at("roundTrips") > 1
      ? { value: 1 - at("roundTrip") / at("firstRoundTrip"), basis: "calculated" }
      : unknown("it takes two measurements of the round-trip efficiency"),
  selfDischarge,
  selfDischargeTrend: (source) => {
    const trend = measurementsOf(source);
    return trend.length > 1
      ? { value: trend, basis: "measured" }
      : unknown("it takes two measurements of the self-discharge");
  },
  resistance: ({ at }) =>
    at("measuredResistance_Ohm") > 0
      ? { value: at("measuredResistance_Ohm"), basis: "measured" }
      : unknown(NO_RESISTANCE),
  resistanceIncrease: ({ at, settings }) =>
    at("measuredResistance_Ohm") > 0
      ? { value: at("measuredResistance_Ohm") / nominal_Ohm(settings) - 1, basis: "calculated" }
      : unknown(NO_RESISTANCE),

  operatingTime: counter("operating_s"),
  energyIn: counter("lifetimeReceived_Wh"),
  energyOut: counter("lifetimeDelivered_Wh"),
  energyThroughput: sum("lifetimeReceived_Wh", "lifetimeDelivered_Wh"),
  chargeIn: counter("lifetimeCharged_Ah"),
  chargeOut: counter("lifetimeDischarged_Ah"),
  capacityThroughput: sum("lifetimeCharged_Ah", "lifetimeDischarged_Ah"),
  fullCycles: counter("fullCycles"),
  charges: counter("charges"),

  deepDischarges: counter("deepDischarges"),
  hotTime: (source) => inHeat(source, "hot_s"),
  coldTime: (source) => inCold(source, "cold_s"),
  chargingHotTime: (source) => inHeat(source, "chargingHot_s"),
  chargingColdTime: (source) => inCold(source, "chargingCold_s"),
  lowestTemperature: (source) => extreme(source, "minEver_degC", 900),
  highestTemperature: (source) => extreme(source, "maxEver_degC", 900),
  lowestVoltage: (source) => extreme(source, "minEverCell_V", 8),
  highestVoltage: ({ at }) =>
    at("maxEverCell_V") > 0 ? counted(at("maxEverCell_V")) : unknown("no cell voltage has been believed yet"),
  negativeEvents,

  meanTemperature: (source) =>
    source.list("temperatureTime_s").some((time_s) => time_s > 0) || source.at("maxEver_degC") > -900
      ? counted(source.at("meanTemperature_degC"))
      : unknown("no temperature has been believed yet"),
  temperatureTime: ({ list }) => ({
    value: classes(list("temperatureTime_s"), TEMPERATURE_BORDERS_degC, (border) => `${border} °C`),
    basis: "counted",
  }),
  socTime: ({ list }) => ({
    value: classes(list("socTime_s"), SOC_BORDERS, (border) => `${Math.round(border * 100)} %`),
    basis: "counted",
  }),
};

function serviceEntry({ firstUsed_ms }: Service): RecordEntry {
  return firstUsed_ms === undefined
    ? unknown("the device did not note its first start")
    : {
        value: isoTime(firstUsed_ms * 1000).slice(0, 10),
        basis: "noted",
        note: "first start of the device with this battery",
      };
}

function remainingCapacity({ at, settings }: Source): RecordEntry {
  const measured_Ah = at("measuredCapacity_Ah");
  if (!(measured_Ah > 0)) return unknown(NO_CAPACITY);
  const gain = settings.cellModel.currentGain;
  return {
    value: measured_Ah,
    basis: "measured",
    bound: 1.96 * measured_Ah * Math.sqrt(gain * gain + CAPACITY_DOUBT * CAPACITY_DOUBT),
  };
}

/** How far the end points of a full discharge may be off, one standard deviation, as a part of the capacity. */
const CAPACITY_DOUBT = 0.015;

function measurementsOf({ at, list }: Source): readonly RateMeasurement[] {
  const ends_s = list("selfDischargeAt_s").slice(0, at("selfDischarges"));
  return ends_s.map((operating_s, i) => ({
    operating_s,
    rate: list("selfDischargeRate")[i]!,
    bound: list("selfDischargeBound")[i]!,
  }));
}

function selfDischarge(source: Source): RecordEntry {
  const last = measurementsOf(source).at(-1);
  if (last !== undefined) return { value: last.rate, basis: "measured", bound: last.bound };
  const { settings } = source;
  const flat_h = source.at("flatRest_s") / 3600;
  const contactors = settings.common.enable || (settings.charge.enable && settings.discharge.enable);
  if (!contactors)
    return unknown(
      "without contactors for charging and discharging no rest is known to be one: a load may always draw",
    );
  if (flat_h > 0)
    return unknown(
      `the battery rested ${Math.round(flat_h)} h where its rest voltage tells nothing (plateau, full or empty): rests below ${Math.round(settings.socEstimation.plateauLow * 100)} % or above ${Math.round(settings.socEstimation.plateauHigh * 100)} % could tell`,
    );
  return unknown("no rests with open contactors that are long enough yet; a week or more without power tells most");
}

const inHeat = ({ at, settings }: Source, name: string): RecordEntry => ({
  value: at(name),
  basis: "counted",
  note: `above ${settings.protections.highTemperatureCharge.limit_degC} °C`,
});
const inCold = ({ at, settings }: Source, name: string): RecordEntry => ({
  value: at(name),
  basis: "counted",
  note: `below ${settings.protections.lowTemperatureCharge.limit_degC} °C`,
});

/** `never`: size that only a device without any reading shows. */
function extreme({ at }: Source, name: string, never: number): RecordEntry {
  const value = at(name);
  return Math.abs(value) < never ? counted(value) : unknown("nothing has been believed yet");
}

function negativeEvents({ at, settings }: Source): RecordEntry {
  const wanted = FAULT_NAMES.filter(
    (name) => FAULT_ROWS[name].level === "error" && (HARMFUL.includes(name) || settings.protections[name].critical),
  );
  const events = wanted.map((name) => ({ name, title: FAULT_ROWS[name].title, count: at(`fault.${name}.trips`) }));
  return { value: events.filter(({ count }) => count > 0), basis: "counted" };
}
