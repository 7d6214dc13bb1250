// What the stage "estimate" gives out: charge, health, limits, counters. The vendor's names are those of its tab "State"
// and its register list where they are known. Cells count from 0 in the index rows. Words of codes stand in the order of
// the codes in core/estimate/estimated.ts; a test compares them.

import type { SignalRow } from "./rows.ts";

const STARTED = "estimate.started";
const REASONS = ["maximum current", "state of charge and temperature", "contactor temperature", "cell voltage", "rate of change", "error", "not ready", "measurement not believed", "contactor open"] as const;

export const ESTIMATE_SIGNALS = {
  // Charge.
  soc:                  { unit: "ratio", type: "real", group: "Charge", from: "estimate.soc", min: 0, max: 1, vendor: "Battery SOC", validFrom: STARTED, help: "State of charge of the battery as shown: cells merged, range scaled." },
  socBound:             { unit: "ratio", type: "real", group: "Charge", from: "estimate.socBound", min: 0, max: 1, validFrom: STARTED, help: "The true state of charge lies within this of the shown one in 95 of 100 cases." },
  internalSoc:          { unit: "ratio", type: "real", group: "Charge", from: "estimate.internalSoc", min: 0, max: 1, vendor: "Internal SOC", validFrom: STARTED, help: "State of charge before scaling." },
  socStarted:           { unit: "none", type: "flag", group: "Charge", from: STARTED, help: "Every cell's state of charge has a source." },
  dod:                  { unit: "ratio", type: "real", group: "Charge", from: "estimate.dod", min: 0, max: 1, vendor: "DOD", validFrom: STARTED, help: "Depth of discharge: what is missing to full." },
  dod_Ah:               { unit: "Ah", type: "real", group: "Charge", from: "estimate.dod_Ah", min: 0, validFrom: STARTED, help: "Charge drawn since the battery was full." },
  remaining_Ah:         { unit: "Ah", type: "real", group: "Charge", from: "estimate.remaining_Ah", min: 0, validFrom: STARTED, help: "Charge that can still be drawn at this temperature; the weakest cell decides." },
  remaining_Wh:         { unit: "Wh", type: "real", group: "Charge", from: "estimate.remaining_Wh", min: 0, validFrom: STARTED, help: "Energy that can still be drawn at this temperature and mean current." },
  timeToEmpty_s:        { unit: "s", type: "real", group: "Charge", from: "estimate.timeToEmpty_s", min: -1, validFrom: STARTED, help: "At the mean current of the last minute; -1 while not discharging." },
  timeToFull_s:         { unit: "s", type: "real", group: "Charge", from: "estimate.timeToFull_s", min: -1, validFrom: STARTED, help: "At the mean current of the last minute; -1 while not charging." },
  averageCurrent_A:     { unit: "A", type: "real", group: "Charge", from: "estimate.averageCurrent_A", min: -1500, max: 1500, help: "Mean current of about a minute; charging is positive." },
  power_W:              { unit: "W", type: "real", group: "Charge", from: "estimate.power_W", validFrom: "measure.currentValid", help: "Battery voltage times current; charging is positive." },
  // Cells.
  cellSoc:              { unit: "ratio", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellSoc", min: 0, max: 1, vendor: "SOC", validFrom: STARTED, help: "State of charge of each cell." },
  cellSocBound:         { unit: "ratio", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellSocBound", min: 0, max: 1, validFrom: STARTED, help: "95 % half-width of each cell's state of charge." },
  cellOcv_V:            { unit: "V", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellOcv_V", min: 0, max: 5, validFrom: STARTED, help: "Open-circuit voltage that belongs to each cell's state of charge and temperature." },
  cellResistance_Ohm:   { unit: "Ohm", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellResistance_Ohm", min: 0, max: 10, vendor: "Resistance", help: "Resistance of each cell, brought to 25 degC and half charge." },
  cellCapacity_Ah:      { unit: "Ah", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellCapacity_Ah", min: 0, help: "Capacity of each cell: nominal until a full discharge has shown it." },
  cellBled_Ah:          { unit: "Ah", type: "real", group: "Cell estimates", per: "cell", from: "estimate.cellBled_Ah", min: 0, help: "Charge taken from each cell by its balancing resistor." },
  correctionReason:     { unit: "none", type: "code", group: "Cell estimates", per: "cell", from: "estimate.correctionReason", codes: ["none", "start from rest voltage", "rest", "full", "empty", "filter", "reset by command", "long shutdown", "restored"], help: "Why each cell's state of charge was last corrected." },
  correction:           { unit: "ratio", type: "real", group: "Cell estimates", per: "cell", from: "estimate.correction", min: -1, max: 1, help: "Size of that correction: new less old." },
  correctionAge_s:      { unit: "s", type: "real", group: "Cell estimates", per: "cell", from: "estimate.correctionAge_s", min: 0, help: "Time since that correction, without time off." },
  mostDischargedCell:   { unit: "none", type: "integer", group: "Cell estimates", from: "estimate.mostDischargedCell", min: 0, max: 17, validFrom: STARTED, help: "Index of the cell with the lowest state of charge." },
  minOcv_V:             { unit: "V", type: "real", group: "Cell estimates", from: "estimate.minOcv_V", min: 0, max: 99, validFrom: STARTED, help: "Lowest estimated open-circuit voltage." },
  maxOcv_V:             { unit: "V", type: "real", group: "Cell estimates", from: "estimate.maxOcv_V", min: 0, max: 99, validFrom: STARTED, help: "Highest estimated open-circuit voltage." },
  minRest_V:            { unit: "V", type: "real", group: "Cell estimates", from: "estimate.minRest_V", validFrom: "measure.cellsValid", help: "Lowest cell voltage without the drop over its resistance: judges Ready to discharge." },
  maxRest_V:            { unit: "V", type: "real", group: "Cell estimates", from: "estimate.maxRest_V", validFrom: "measure.cellsValid", help: "Highest cell voltage without the drop over its resistance: judges Ready to charge." },
  // State.
  batteryState:         { unit: "none", type: "code", group: "Battery state", from: "estimate.state", codes: ["unknown", "charging", "charging off", "relaxed after charging", "discharging", "discharging off", "relaxed after discharging"], vendor: "Battery state", help: "What the battery does or did last, and whether it has relaxed since." },
  batteryStateTime_us:  { unit: "us", type: "integer", group: "Battery state", from: "estimate.stateTime_us", min: 0, vendor: "How long the battery state has lasted", help: "How long this state has lasted." },
  relaxed:              { unit: "none", type: "flag", group: "Battery state", from: "estimate.relaxed", help: "No current for the relax time: cell voltages are open-circuit voltages." },
  restTime_us:          { unit: "us", type: "integer", group: "Battery state", from: "estimate.rest_us", min: 0, help: "How long there has been no current." },
  // Health.
  soh:                  { unit: "ratio", type: "real", group: "Health", from: "estimate.soh", min: 0, max: 1, vendor: "SOH", help: "State of health by the chosen method." },
  sohCapacity:          { unit: "ratio", type: "real", group: "Health", from: "estimate.sohCapacity", min: 0, max: 1, help: "Effective capacity over nominal capacity." },
  sohResistance:        { unit: "ratio", type: "real", group: "Health", from: "estimate.sohResistance", min: 0, max: 1, help: "1 at the nominal resistance, the end of life at twice of it." },
  effectiveCapacity_Ah: { unit: "Ah", type: "real", group: "Health", from: "estimate.effectiveCapacity_Ah", min: 0, vendor: "Effective capacity", help: "Charge drawn from full until empty at the last full discharge; nominal until then." },
  resistance_Ohm:       { unit: "Ohm", type: "real", group: "Health", from: "estimate.resistance_Ohm", min: 0, vendor: "Battery resistance", help: "Sum of the cells' resistances at 25 degC and half charge." },
  cycles:               { unit: "count", type: "integer", group: "Health", from: "estimate.cycles", min: 0, vendor: "Number of battery CH/DCH cycles (80 % of DOD)", help: "Discharges of 80 % of the capacity, in one go or in parts." },
  // Limits.
  chargeLimit_A:        { unit: "A", type: "real", group: "Limits", from: "estimate.chargeLimit_A", min: 0, vendor: "Charge current limit", help: "Charging current the battery may take now." },
  dischargeLimit_A:     { unit: "A", type: "real", group: "Limits", from: "estimate.dischargeLimit_A", min: 0, vendor: "Discharge current limit", help: "Discharging current the battery may give now." },
  chargeLimitReason:    { unit: "none", type: "code", group: "Limits", from: "estimate.chargeLimitReason", codes: REASONS, help: "What limits charging most." },
  dischargeLimitReason: { unit: "none", type: "code", group: "Limits", from: "estimate.dischargeLimitReason", codes: REASONS, help: "What limits discharging most." },
  chargeLimitCell:      { unit: "none", type: "integer", group: "Limits", from: "estimate.chargeLimitCell", min: -1, max: 17, help: "Index of the cell that limits charging; -1: none by itself." },
  dischargeLimitCell:   { unit: "none", type: "integer", group: "Limits", from: "estimate.dischargeLimitCell", min: -1, max: 17, help: "Index of the cell that limits discharging; -1: none by itself." },
  chargeExcess_A:       { unit: "A", type: "real", group: "Limits", from: "estimate.chargeExcess_A", min: 0, help: "Charging current above its limit." },
  dischargeExcess_A:    { unit: "A", type: "real", group: "Limits", from: "estimate.dischargeExcess_A", min: 0, help: "Discharging current above its limit." },
  // Counters that a person may set to zero.
  charged_Ah:           { unit: "Ah", type: "real", group: "Counters", from: "estimate.charged_Ah", min: 0, vendor: "Total charge+", help: "Charge received since the counters were set to zero." },
  discharged_Ah:        { unit: "Ah", type: "real", group: "Counters", from: "estimate.discharged_Ah", min: 0, vendor: "Charge consumed by the load", help: "Charge given since the counters were set to zero." },
  received_Wh:          { unit: "Wh", type: "real", group: "Counters", from: "estimate.received_Wh", min: 0, vendor: "Energy received", help: "Energy received since the counters were set to zero." },
  delivered_Wh:         { unit: "Wh", type: "real", group: "Counters", from: "estimate.delivered_Wh", min: 0, vendor: "Energy consumed", help: "Energy given since the counters were set to zero." },
  balanced_Wh:          { unit: "Wh", type: "real", group: "Counters", from: "estimate.balanced_Wh", min: 0, vendor: "Energy dissipated by balancing", help: "Energy burnt by balancing since the counters were set to zero." },
  // Counters of the battery's life.
  lifetimeCharged_Ah:   { unit: "Ah", type: "real", group: "Lifetime", from: "estimate.lifetimeCharged_Ah", min: 0, help: "All charge ever received." },
  lifetimeDischarged_Ah: { unit: "Ah", type: "real", group: "Lifetime", from: "estimate.lifetimeDischarged_Ah", min: 0, vendor: "Total charge–", help: "All charge ever given." },
  lifetimeReceived_Wh:  { unit: "Wh", type: "real", group: "Lifetime", from: "estimate.lifetimeReceived_Wh", min: 0, help: "All energy ever received." },
  lifetimeDelivered_Wh: { unit: "Wh", type: "real", group: "Lifetime", from: "estimate.lifetimeDelivered_Wh", min: 0, help: "All energy ever given." },
  lifetimeBalanced_Wh:  { unit: "Wh", type: "real", group: "Lifetime", from: "estimate.lifetimeBalanced_Wh", min: 0, help: "All energy ever burnt by balancing." },
  uptime_s:             { unit: "s", type: "real", group: "Lifetime", from: "estimate.uptime_s", min: 0, vendor: "Time from BMS start", help: "Time since this start." },
  operating_s:          { unit: "s", type: "real", group: "Lifetime", from: "estimate.operating_s", min: 0, vendor: "Total BMS operating time", help: "Time in operation over the whole life." },
  meanTemperature_degC: { unit: "degC", type: "real", group: "Lifetime", from: "estimate.meanTemperature_degC", vendor: "Lifetime average temperature", help: "Mean cell temperature over the whole operating time." },
  meanCharge_A:         { unit: "A", type: "real", group: "Lifetime", from: "estimate.meanCharge_A", vendor: "Lifetime charge current", help: "Mean current while charging, over the whole life." },
  meanDischarge_A:      { unit: "A", type: "real", group: "Lifetime", from: "estimate.meanDischarge_A", vendor: "Lifetime discharge current", help: "Mean current while discharging, over the whole life; positive." },
  charges:              { unit: "count", type: "integer", group: "Lifetime", from: "estimate.charges", min: 0, vendor: "Number of charges", help: "Charges of at least 1 % of the capacity." },
  chargesWithBalancing: { unit: "count", type: "integer", group: "Lifetime", from: "estimate.chargesWithBalancing", min: 0, vendor: "Number of charges with balancing", help: "Charges during which a balancing resistor was on." },
  chargesWithoutBalancing: { unit: "count", type: "integer", group: "Lifetime", from: "estimate.chargesWithoutBalancing", min: 0, vendor: "Number of charges without balancing", help: "Charges without any balancing." },
  lastChargeWithBalancing_s: { unit: "s", type: "real", group: "Lifetime", from: "estimate.lastChargeWithBalancing_s", min: 0, help: "Operating time at the end of the last charge with balancing; 0: never." },
  lastChargeWithoutBalancing_s: { unit: "s", type: "real", group: "Lifetime", from: "estimate.lastChargeWithoutBalancing_s", min: 0, help: "Operating time at the end of the last charge without balancing; 0: never." },
  chargerFaults:        { unit: "count", type: "integer", group: "Lifetime", from: "estimate.chargerFaults", min: 0, vendor: "Number of charger faults", help: "How often a charger reported a fault." },
  chargeMode_s:         { unit: "s", type: "real", group: "Lifetime", from: "estimate.chargeMode_s", min: 0, vendor: "Time in charge mode", help: "Time with a charger connected or charging." },
  receiving_s:          { unit: "s", type: "real", group: "Lifetime", from: "estimate.receiving_s", min: 0, vendor: "Time in current receiving mode", help: "Time in which charging current flowed." },
  supplying_s:          { unit: "s", type: "real", group: "Lifetime", from: "estimate.supplying_s", min: 0, help: "Time in which discharging current flowed." },
  minEverCell_V:        { unit: "V", type: "real", group: "Lifetime", from: "estimate.minEverCell_V", help: "Lowest cell voltage ever believed." },
  maxEverCell_V:        { unit: "V", type: "real", group: "Lifetime", from: "estimate.maxEverCell_V", help: "Highest cell voltage ever believed." },
  minEver_degC:         { unit: "degC", type: "real", group: "Lifetime", from: "estimate.minEver_degC", help: "Lowest cell temperature ever believed." },
  maxEver_degC:         { unit: "degC", type: "real", group: "Lifetime", from: "estimate.maxEver_degC", help: "Highest cell temperature ever believed." },
  deepDischarges:       { unit: "count", type: "integer", group: "Lifetime", from: "estimate.deepDischarges", min: 0, help: "How often the battery was discharged until empty." },
  hot_s:                { unit: "s", type: "real", group: "Lifetime", from: "estimate.hot_s", min: 0, help: "Time above the highest charging temperature." },
  cold_s:               { unit: "s", type: "real", group: "Lifetime", from: "estimate.cold_s", min: 0, help: "Time below the lowest charging temperature." },
  // Cell analysis.
  analysisRunning:      { unit: "none", type: "flag", group: "Cell analysis", from: "estimate.analysis.running", help: "A discharge characteristic is being recorded." },
  analysisDone:         { unit: "none", type: "flag", group: "Cell analysis", from: "estimate.analysis.done", help: "The recording is complete." },
  analysisCell:         { unit: "none", type: "integer", group: "Cell analysis", from: "estimate.analysis.cell", min: 0, max: 17, help: "Index of the recorded cell." },
  analysisStep:         { unit: "count", type: "integer", group: "Cell analysis", from: "estimate.analysis.step", min: 0, max: 21, help: "Steps of a 21st of the capacity recorded so far." },
  analysisDrawn_Ah:     { unit: "Ah", type: "real", group: "Cell analysis", from: "estimate.analysis.drawn_Ah", help: "Charge drawn since the recording began." },
} as const satisfies Record<string, SignalRow>;
