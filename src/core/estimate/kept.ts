// Which fields of the stage "estimate" survive a power cycle, by their path inside it.

export const KEPT_FIELDS: readonly string[] = [
  "cellSoc", "cellSocBound", "cellResistance_Ohm", "cellCapacity_Ah", "cellDrawn_Ah", "correctionAge_s",
  "lastDirection", "dod_Ah", "soh", "effectiveCapacity_Ah", "learnedFor_Ah", "learnedFor_Ohm", "countedFromFull",
  "charged_Ah", "discharged_Ah", "received_Wh", "delivered_Wh", "balanced_Wh",
  "lifetimeCharged_Ah", "lifetimeDischarged_Ah", "lifetimeReceived_Wh", "lifetimeDelivered_Wh", "lifetimeBalanced_Wh",
  "cellBled_Ah", "cycles", "cycleDepth_Ah", "charges", "chargesWithBalancing", "chargesWithoutBalancing",
  "lastChargeWithBalancing_s", "lastChargeWithoutBalancing_s", "chargerFaults", "chargeMode_s", "receiving_s", "supplying_s",
  "operating_s", "meanTemperature_degC", "meanCharge_A", "meanDischarge_A",
  "minEverCell_V", "maxEverCell_V", "minEver_degC", "maxEver_degC", "deepDischarges", "hot_s", "cold_s",
  "observer.fast_A", "observer.slow_A", "observer.hysteresis", "observer.hysteresisDoubt", "observer.steps", "observer.wasEmpty",
];
