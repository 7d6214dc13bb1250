// The battery record: what a battery is to tell of its identity, health and life by the battery regulation (EU) 2023/1542,
// one row for each figure, with the place in the law that asks for it. Article 14 gives whoever has bought the battery,
// or acts for him, read-only access at any time. core/battery-record.ts fills the rows; docs/battery-record.md explains them.

import type { FaultName } from "./faults.ts";
import type { Unit } from "./rows.ts";

export type RecordRow = {
  readonly title: string;
  /** Annex of the regulation, with part and number, that names the figure; "" for what helps to read the others. */
  readonly law: string;
  readonly unit: Unit;
  /** Signals and settings it is made from. */
  readonly from: readonly string[];
  /** Who may read it. */
  readonly access: "public";
  readonly help: string;
};

export const RECORD_GROUPS = {
  identity: "The battery",
  health: "State of health",
  life: "Use so far",
  harm: "Harmful events",
  history: "Temperature and charge over the time in operation",
} as const;
export type RecordGroup = keyof typeof RECORD_GROUPS;

const row = (group: RecordGroup, law: string, unit: Unit, title: string, from: readonly string[], help: string): RecordRow & { readonly group: RecordGroup } =>
  ({ group, title, law, unit, from, access: "public", help });

export const RECORD_ROWS = {
  manufacturer:       row("identity", "XIII 1", "none", "Manufacturer", ["user.manufacturer"], "As set at commissioning."),
  serialNumber:       row("identity", "XIII 1", "none", "Serial number", ["user.serialNumber"], "As set at commissioning."),
  productionDate:     row("identity", "VII B 1", "none", "Date of manufacture", ["user.productionDate"], "As set at commissioning."),
  serviceEntry:       row("identity", "VII B 1", "none", "Put into service", [], "Day of the first start of the device with this battery (UTC)."),
  chemistry:          row("identity", "XIII 1", "none", "Chemistry", ["battery.chemistry", "battery.cells"], "And the number of cells in series."),
  ratedCapacity:      row("identity", "IV A 1", "Ah", "Rated capacity", ["battery.capacity_Ah"], "Nominal capacity, as set."),
  ratedPower:         row("identity", "IV A 2", "W", "Power when new", ["battery.resistance_Ohm"], "As the remaining power, with the nominal resistance."),
  ratedResistance:    row("identity", "IV A 3", "Ohm", "Resistance when new", ["battery.resistance_Ohm"], "Nominal resistance of all cells in series."),
  expectedCycles:     row("identity", "IV A 5", "count", "Expected life", ["soh.lifeCycles", "soh.endOfLife"], "Full cycles until the end of life, as set."),

  remainingCapacity:  row("health", "VII A 1", "Ah", "Remaining capacity", ["measuredCapacity_Ah"], "Charge drawn from full until empty at the last full discharge."),
  capacityFade:       row("health", "IV A 1", "ratio", "Capacity fade", ["measuredCapacity_Ah", "battery.capacity_Ah"], "What is missing of the rated capacity, as a part of it."),
  remainingPower:     row("health", "VII A 2", "W", "Remaining power capability", ["measuredResistance_Ohm"], "For 10 s at half charge and 25 degC, without a cell falling below its lowest voltage, within the greatest current set."),
  powerFade:          row("health", "IV A 2", "ratio", "Power fade", ["measuredResistance_Ohm", "battery.resistance_Ohm"], "What is missing of the power when new, as a part of it."),
  roundTrip:          row("health", "VII A 3", "ratio", "Round-trip efficiency", ["roundTrip", "roundTripBound", "roundTrips"], "Energy out over energy in between the last two full batteries."),
  roundTripFade:      row("health", "IV A 4", "ratio", "Fade of the round-trip efficiency", ["firstRoundTrip", "roundTrip"], "The first measured efficiency less the last, as a part of the first."),
  selfDischarge:      row("health", "VII A 4", "ratio", "Self-discharge per month", ["selfDischarges", "selfDischargeRate", "selfDischargeBound", "flatRest_s"], "Part of the capacity that rests cost, without the board's own draw: the latest measurement."),
  selfDischargeTrend: row("health", "VII A 4", "ratio", "Evolution of the self-discharge", ["selfDischarges", "selfDischargeRate", "selfDischargeBound", "selfDischargeAt_s"], "The first measurement and the latest ones, with the operating time at the end of each."),
  resistance:         row("health", "VII A 5", "Ohm", "Ohmic resistance", ["measuredResistance_Ohm"], "All cells in series, at 25 degC and half charge."),
  resistanceIncrease: row("health", "IV A 3", "ratio", "Increase of the resistance", ["measuredResistance_Ohm", "battery.resistance_Ohm"], "Over the nominal resistance, as a part of it."),

  operatingTime:      row("life", "", "s", "Time in operation", ["operating_s"], "Time with the device on; time off is not in it."),
  energyIn:           row("life", "VII B 2", "Wh", "Energy received", ["lifetimeReceived_Wh"], "Over the whole life."),
  energyOut:          row("life", "VII B 2", "Wh", "Energy delivered", ["lifetimeDelivered_Wh"], "Over the whole life."),
  energyThroughput:   row("life", "VII B 2", "Wh", "Energy throughput", ["lifetimeReceived_Wh", "lifetimeDelivered_Wh"], "Received and delivered together."),
  chargeIn:           row("life", "VII B 3", "Ah", "Charge received", ["lifetimeCharged_Ah"], "Over the whole life."),
  chargeOut:          row("life", "VII B 3", "Ah", "Charge delivered", ["lifetimeDischarged_Ah"], "Over the whole life."),
  capacityThroughput: row("life", "VII B 3", "Ah", "Capacity throughput", ["lifetimeCharged_Ah", "lifetimeDischarged_Ah"], "Received and delivered together."),
  fullCycles:         row("life", "VII B 5", "count", "Equivalent full cycles", ["fullCycles"], "Capacity throughput over twice the rated capacity."),
  charges:            row("life", "", "count", "Charges", ["charges"], "Of at least 1 % of the capacity."),

  deepDischarges:     row("harm", "VII B 4", "count", "Deep discharges", ["deepDischarges"], "How often the battery was discharged until empty."),
  hotTime:            row("harm", "VII B 4", "s", "Time in heat", ["hot_s"], "Above the highest charging temperature."),
  coldTime:           row("harm", "VII B 4", "s", "Time in cold", ["cold_s"], "Below the lowest charging temperature."),
  chargingHotTime:    row("harm", "VII B 4", "s", "Time charging in heat", ["chargingHot_s"], "Charging above the highest charging temperature."),
  chargingColdTime:   row("harm", "VII B 4", "s", "Time charging in cold", ["chargingCold_s"], "Charging below the lowest charging temperature."),
  lowestTemperature:  row("harm", "", "degC", "Lowest temperature ever", ["minEver_degC"], "Of a cell."),
  highestTemperature: row("harm", "", "degC", "Highest temperature ever", ["maxEver_degC"], "Of a cell."),
  lowestVoltage:      row("harm", "", "V", "Lowest cell voltage ever", ["minEverCell_V"], "Of a cell."),
  highestVoltage:     row("harm", "", "V", "Highest cell voltage ever", ["maxEverCell_V"], "Of a cell."),
  negativeEvents:     row("harm", "XIII 4", "count", "Negative events", ["fault.*.trips"], "Trips of protections against what harms cells, and of all that are set to be critical, by kind."),

  meanTemperature:    row("history", "XIII 4", "degC", "Mean temperature", ["meanTemperature_degC"], "Of the cells, over the whole operating time."),
  temperatureTime:    row("history", "XIII 4", "s", "Operating temperature", ["temperatureTime_s"], "Time at mean cell temperatures, in classes."),
  socTime:            row("history", "XIII 4", "s", "State of charge", ["socTime_s"], "Time at each tenth of the state of charge."),
} as const satisfies Readonly<Record<string, RecordRow & { readonly group: RecordGroup }>>;

export type RecordKey = keyof typeof RECORD_ROWS;
export const RECORD_KEYS = Object.keys(RECORD_ROWS) as readonly RecordKey[];

/** Protections whose trips mean that cells have been outside what they are made for, if only for the delay. */
export const HARMFUL: readonly FaultName[] = [
  "overcurrentCharge", "overcurrentDischarge", "shortCircuit", "undervoltage", "overvoltage",
  "lowTemperatureCharge", "lowTemperatureDischarge", "highTemperatureCharge", "highTemperatureDischarge",
];
