// Where each setting stands in our map of holding registers: the first register of each, frozen by a golden test. Widths
// follow from the rows (setting-registers.ts). Protections lie at their number (signal-addresses.ts), all alike inside.

import type { FaultName } from "../model/faults.ts";
import type { PlainSettingName } from "../model/settings.ts";

/** Blocks of settings, first and last register: plain values and texts, protections, curves, tables. */
export const SETTING_BLOCKS = [
  { first: 0x6000, last: 0x6fff },
  { first: 0x7000, last: 0x7fff },
  { first: 0xa000, last: 0xafff },
  { first: 0xb000, last: 0xe5ff },
] as const;

// biome-ignore format: rows of a table
export const SETTING_ADDRESSES = {
  "inputs.assignment1": 0x6000, "inputs.assignment2": 0x6001, "inputs.assignment3": 0x6002,
  "inputs.assignment4": 0x6003, "inputs.inversion1": 0x6004, "inputs.inversion2": 0x6005, "inputs.inversion3": 0x6006,
  "inputs.inversion4": 0x6007,
  "outputs.assignment1": 0x6008, "outputs.assignment2": 0x6009, "outputs.assignment3": 0x600A,
  "outputs.assignment4": 0x600B, "outputs.inversion1": 0x600C, "outputs.inversion2": 0x600D,
  "outputs.inversion3": 0x600E, "outputs.inversion4": 0x600F,
  "mosfets.assignment1": 0x6010, "mosfets.assignment2": 0x6011, "mosfets.assignment3": 0x6012,
  "mosfets.assignment4": 0x6013, "mosfets.inversion1": 0x6014, "mosfets.inversion2": 0x6015,
  "mosfets.inversion3": 0x6016, "mosfets.inversion4": 0x6017,
  "feedback.assignment1": 0x6018, "feedback.assignment2": 0x6019, "feedback.assignment3": 0x601A,
  "feedback.assignment4": 0x601B, "feedback.inversion1": 0x601C, "feedback.inversion2": 0x601D,
  "feedback.inversion3": 0x601E, "feedback.inversion4": 0x601F, "feedback.delay_ms": 0x6020,
  "wires.first_Ohm": 0x6028, "wires.last_Ohm": 0x602A, "wires.boardCurrent_A": 0x602C,
  "cellWiring.openWirePeriod_s": 0x6030, "cellWiring.openWireThreshold_V": 0x6032, "cellWiring.missing_V": 0x6034,
  "cellWiring.staleAfter_ms": 0x6036, "cellWiring.jump_V": 0x6038,
  "currentSensor.type": 0x6040, "currentSensor.family": 0x6041, "currentSensor.nominal_A": 0x6042,
  "currentSensor.sensitivity_V": 0x6044, "currentSensor.range_A": 0x6046, "currentSensor.coarseRange_A": 0x6048,
  "currentSensor.invert": 0x604A, "currentSensor.calibrate": 0x604B, "currentSensor.calibrationTime_ms": 0x604C,
  "currentSensor.zeroLimit_V": 0x604E, "currentSensor.frozenAfter_s": 0x6050, "currentSensor.zeroThreshold_A": 0x6052,
  "shunt.enable": 0x6058, "shunt.invert": 0x6059, "shunt.receiveTimeout_ms": 0x605A, "shunt.meanThreshold_A": 0x605C,
  "shunt.zeroThreshold_A": 0x605E,
  "thermistors.type": 0x6060, "thermistors.use1": 0x6061, "thermistors.use2": 0x6062, "thermistors.use3": 0x6063,
  "thermistors.use4": 0x6064, "thermistors.use5": 0x6065, "thermistors.use6": 0x6066,
  "thermistors.timeConstant_s": 0x6068, "thermistors.openAbove_Ohm": 0x606A, "thermistors.shortBelow_Ohm": 0x606C,
  "battery.chemistry": 0x6070, "battery.cells": 0x6072, "battery.capacity_Ah": 0x6074, "battery.resistance_Ohm": 0x6076,
  "battery.voltageMethod": 0x6078, "battery.relaxTimeCharge_s": 0x607A, "battery.relaxTimeDischarge_s": 0x607C,
  "battery.chargeVoltage_V": 0x607E, "battery.dischargeVoltage_V": 0x6080,
  "socEstimation.method": 0x6088, "socEstimation.merge": 0x6089, "socEstimation.scale": 0x608A,
  "socEstimation.scaleLow": 0x608C, "socEstimation.scaleHigh": 0x608E, "socEstimation.ocv": 0xB000,
  "socEstimation.hysteresis_V": 0xA000, "socEstimation.plateauLow": 0x6090, "socEstimation.plateauHigh": 0x6092,
  "socEstimation.fullVoltage_V": 0x6094, "socEstimation.fullCurrentRatio": 0x6096,
  "socEstimation.emptyVoltage_V": 0x6098, "socEstimation.coulombicEfficiency": 0x609A,
  "cellModel.resistanceRatio": 0xB900, "cellModel.fastRatio": 0x60A0, "cellModel.fastTime_s": 0x60A2,
  "cellModel.slowRatio": 0x60A4, "cellModel.slowTime_s": 0x60A6, "cellModel.capacityRatio": 0xA110,
  "cellModel.selfDischargePerMonth": 0x60A8, "cellModel.voltageError_V": 0x60AA, "cellModel.currentOffset_A": 0x60AC,
  "cellModel.currentGain": 0x60AE,
  "socEstimation.hysteresisRatio": 0xA660, "socEstimation.hysteresisReach": 0x6500, "cellModel.fastProfile": 0xD400,
  "cellModel.slowProfile": 0xDD00, "cellModel.exchangeRate": 0xA770, "cellModel.diffusionLag_h": 0xA880,
  "cellModel.diffusionTime_s": 0x6502, "cellModel.voltageErrorRatio": 0xA990, "cellModel.axisError": 0x6504,
  "cellModel.resistanceError": 0x6506, "cellModel.capacityError": 0x6508, "cellModel.heatCapacity_J_per_K": 0x650A,
  "cellModel.cooling_W_per_K": 0x650C, "cellModel.loadError": 0x650E,
  "socCorrection.enable": 0x60B0, "socCorrection.shutdownPeriod_day": 0x60B2,
  "socCorrection.correctionPeriod_day": 0x60B4,
  "soh.method": 0x60B8, "soh.lifeCycles": 0x60BA, "soh.endOfLife": 0x60BC,
  "resistanceEstimation.enable": 0x60C0, "resistanceEstimation.stabilisation_s": 0x60C2,
  "resistanceEstimation.minimumStepRatio": 0x60C4,
  "cellAnalysis.mostDischarged": 0x60C8, "cellAnalysis.cell": 0x60CA,
  "chargeMap.enable": 0x60D0, "chargeMap.maximum_A": 0x60D2, "chargeMap.rate_A_per_s": 0x60D4,
  "chargeMap.bySoc": 0x60D6, "chargeMap.socFactor": 0xC200, "chargeMap.regionThreshold_A": 0x60D8,
  "chargeMap.regionRelative": 0x60DA, "chargeMap.byContactor": 0x60DC, "chargeMap.contactorFactor": 0xA220,
  "chargeMap.byVoltage": 0x60DD, "chargeMap.voltageFactor": 0xA330,
  "dischargeMap.enable": 0x60E0, "dischargeMap.maximum_A": 0x60E2, "dischargeMap.rate_A_per_s": 0x60E4,
  "dischargeMap.bySoc": 0x60E6, "dischargeMap.socFactor": 0xCB00, "dischargeMap.regionThreshold_A": 0x60E8,
  "dischargeMap.regionRelative": 0x60EA, "dischargeMap.byContactor": 0x60EC, "dischargeMap.contactorFactor": 0xA440,
  "dischargeMap.byVoltage": 0x60ED, "dischargeMap.voltageFactor": 0xA550,
  "chargingStatus.present_A": 0x60F0, "chargingStatus.absent_A": 0x60F2, "chargingStatus.clearReady_V": 0x60F4,
  "chargingStatus.setReady_V": 0x60F6, "chargingStatus.rechargeDelay_min": 0x60F8,
  "chargingStatus.errorsClearReady": 0x60FA, "chargingStatus.ignoreDischarge": 0x60FB,
  "dischargingStatus.present_A": 0x6100, "dischargingStatus.absent_A": 0x6102, "dischargingStatus.clearReady_V": 0x6104,
  "dischargingStatus.setReady_V": 0x6106, "dischargingStatus.errorsClearReady": 0x6108,
  "precharge.enable": 0x6110, "precharge.mode": 0x6111, "precharge.time_ms": 0x6112, "precharge.overlap_ms": 0x6114,
  "precharge.threshold_A": 0x6116, "precharge.measureDelay_ms": 0x6118, "precharge.untilFinished": 0x611A,
  "precharge.finishOnNegative": 0x611B, "precharge.resistor_Ohm": 0x611C, "precharge.capacitance_F": 0x611E,
  "precharge.energyLimit_J": 0x6120, "precharge.cooling_s": 0x6122, "precharge.tries": 0x6124,
  "precharge.retryDelay_s": 0x6126,
  "main.enable": 0x6128, "main.mode": 0x6129, "main.openDelay_s": 0x612A, "main.keepOpen": 0x612C,
  "charge.enable": 0x6130, "charge.algorithm": 0x6131, "charge.onlyWhenReady": 0x6132, "charge.startDelay_ms": 0x6134,
  "charge.stopDelay_ms": 0x6136, "charge.precharge": 0x6138, "charge.customDelays": 0x6139,
  "charge.withoutDelay": 0x613A, "charge.breakCurrent_A": 0x613C, "charge.breakWait_ms": 0x613E,
  "discharge.enable": 0x6140, "discharge.algorithm": 0x6141, "discharge.onlyWhenReady": 0x6142,
  "discharge.startDelay_ms": 0x6144, "discharge.stopDelay_ms": 0x6146, "discharge.precharge": 0x6148,
  "discharge.customDelays": 0x6149, "discharge.withoutDelay": 0x614A, "discharge.breakCurrent_A": 0x614C,
  "discharge.breakWait_ms": 0x614E,
  "common.enable": 0x6150, "common.algorithm": 0x6151, "common.startDelay_ms": 0x6152, "common.stopDelay_ms": 0x6154,
  "common.precharge": 0x6156, "common.breakCurrent_A": 0x6158, "common.breakWait_ms": 0x615A,
  "dischargingAux.enable": 0x6160, "dischargingAux.bySoc": 0x6161, "dischargingAux.minimumSoc": 0x6162,
  "dischargingAux.tolerantSoc": 0x6164, "dischargingAux.byCellVoltage": 0x6166, "dischargingAux.minimumCell_V": 0x6168,
  "dischargingAux.tolerantCell_V": 0x616A, "dischargingAux.byBatteryVoltage": 0x616C,
  "dischargingAux.minimumBattery_V": 0x616E, "dischargingAux.maximumBattery_V": 0x6170,
  "balancing.enable": 0x6178, "balancing.rule": 0x6179, "balancing.condition": 0x617A, "balancing.start_V": 0x617C,
  "balancing.startDeviation_V": 0x617E, "balancing.stopDeviation_V": 0x6180, "balancing.forced_V": 0x6182,
  "balancing.heatSinkLimit_degC": 0x6184, "balancing.resistor_Ohm": 0x6186,
  "heater.enable": 0x6188, "heater.minimum_degC": 0x618A, "heater.tolerant_degC": 0x618C,
  "heater.startDelay_ms": 0x618E, "heater.stopDelay_ms": 0x6190, "heater.offOnErrors": 0x6192,
  "cooler.enable": 0x6198, "cooler.maximum_degC": 0x619A, "cooler.tolerant_degC": 0x619C,
  "cooler.startDelay_ms": 0x619E, "cooler.stopDelay_ms": 0x61A0, "cooler.offOnErrors": 0x61A2,
  "powerDown.enable": 0x61A8, "powerDown.minimum_V": 0x61AA, "powerDown.lowVoltageTime_s": 0x61AC,
  "powerDown.idleTime_h": 0x61AE, "powerDown.buttonHold_ms": 0x61B0, "powerDown.buttonOff_ms": 0x61B2,
  "powerDown.startAtPower": 0x61B4, "powerDown.forceOpenAfter_s": 0x61B6,
  "equipment.chargerConnects": 0x61B8, "equipment.chargerTimeout_ms": 0x61BA, "equipment.partnerTimeout_ms": 0x61BC,
  "equipment.partnerExpected": 0x61BE,
  "j1939Charger.enable": 0x61C0, "j1939Charger.receiveTimeout_ms": 0x61C2, "j1939Charger.outputPeriod_ms": 0x61C4,
  "j1939Charger.charge_V": 0x61C6, "j1939Charger.charge_A": 0x61C8, "j1939Charger.chargerConnected": 0x61CA,
  "j1939Charger.compliance": 0x61CB, "j1939Charger.osnProtocol": 0x61CC, "j1939Charger.osnBatteryType": 0x61CD,
  "j1939Charger.osnChargingMode": 0x61CE, "j1939Charger.ccs2Discharge_A": 0x61D0,
  "eltekCharger.enable": 0x61D8, "eltekCharger.address": 0x61DA, "eltekCharger.receiveTimeout_ms": 0x61DC,
  "eltekCharger.outputPeriod_ms": 0x61DE, "eltekCharger.charge_V": 0x61E0, "eltekCharger.charge_A": 0x61E2,
  "eltekCharger.chargerConnected": 0x61E4,
  "microPowerCharger.enable": 0x61E8, "microPowerCharger.receiveTimeout_ms": 0x61EA,
  "microPowerCharger.charge_V": 0x61EC, "microPowerCharger.charge_A": 0x61EE,
  "inverter.profile": 0x61F0, "inverter.receiveTimeout_ms": 0x61F2,
  "can.nodeId": 0x61F8, "can.bitRate": 0x61FA, "can.heartbeat_ms": 0x61FC, "can.sync_ms": 0x61FE,
  "rs485.address": 0x6200, "rs485.baud": 0x6202, "rs485.parity": 0x6203, "rs485.stopBits": 0x6204,
  "rs485.wordOrder": 0x6205, "rs485.responseDelay_ms": 0x6206, "rs485.silence_ms": 0x6208, "rs485.gaps": 0x620A,
  "modbus.serialPort": 0x6210, "modbus.settingsAccess": 0x6270, "modbus.controlAccess": 0x6271,
  "modbus.loginTime_min": 0x6272, "modbus.tcp": 0x6274, "modbus.listen": 0x6275, "modbus.tcpPort": 0x6276,
  "modbus.rtuTcpPort": 0x6278,
  "user.serialNumber": 0x6280, "user.address": 0x62B0, "user.manufacturer": 0x6310, "user.hardwareId": 0x6340,
  "user.softwareId": 0x6358, "user.configurationVersion": 0x6370, "user.productionDate": 0x6388,
  "sdCard.enable": 0x6398, "sdCard.period_s": 0x639A, "sdCard.cells": 0x639C, "sdCard.sync_s": 0x639E,
  "sdCard.recorder": 0x63A0, "sdCard.recorderBudget_MB": 0x63A2, "sdCard.fileSize_MB": 0x63A4,
  "sdCard.space_MB": 0x63A6, "sdCard.keep_day": 0x63A8,
  "ftp.enable": 0x63B0, "ftp.host": 0x63B1, "ftp.port": 0x6412, "ftp.user": 0x6414, "ftp.password": 0x6444,
  "ftp.period_min": 0x64A4, "ftp.cells": 0x64A6,
  "canopen.settingsAccess": 0x64C0, "canopen.controlAccess": 0x64C1, "canopen.loginTime_min": 0x64C2,
  "canopen.pdoSet": 0x64C4,
  "reset.enable": 0x64A8, "reset.maximumPerDay": 0x64AA, "reset.period_h": 0x64AC,
  "canPort.adapter": 0x6600, "canPort.server": 0x6601, "canPort.listen": 0x6602, "canPort.terminal": 0x6603,
  "canPort.log": 0x6604, "canPort.port": 0x6606, "canPort.serverPort": 0x6608, "canPort.channel": 0x6610,
  "canPort.device": 0x6630, "canPort.host": 0x6690,
  "equipment.chargerExpected": 0x61BF, "equipment.rise_A_per_s": 0x6580, "j1939Charger.number": 0x61D2,
  "j1939Charger.sourceAddress": 0x61D4, "j1939Charger.claim": 0x61D6, "eltekCharger.walkIn_s": 0x61E5,
  "eltekCharger.overvoltage_V": 0x61E6, "inverter.period_ms": 0x6590, "inverter.modules": 0x6592,
  "inverter.productId": 0x6594, "inverter.forceChargeSoc": 0x6596, "inverter.forceUrgentSoc": 0x6598,
  "inverter.currentSign": 0x659A, "inverter.voltageStep": 0x659B, "inverter.zeroCurrent": 0x659C,
  "inverter.noCharge": 0x659D, "inverter.unavailable": 0x659E, "inverter.frameLength": 0x659F,
  "inverter.forceOrder": 0x65A0, "inverter.undervoltage": 0x65A1, "inverter.energyStep": 0x65A2,
  "inverter.remainingStep": 0x65A3, "inverter.maker": 0x65AA, "cia419Charger.enable": 0x65C0,
  "cia419Charger.chargerConnected": 0x65C1, "cia419Charger.temperatureOffset_degC": 0x65C2,
  "cia419Charger.nodeId": 0x65C4, "cia419Charger.receiveTimeout_ms": 0x65C6, "cia419Charger.outputPeriod_ms": 0x65C8,
  "cia419Charger.charge_V": 0x65CA, "cia419Charger.charge_A": 0x65CC, "cia419Charger.start": 0x65CE, "genericCharger.enable": 0x65E0,
  "genericCharger.extended": 0x65E1, "genericCharger.byteOrder": 0x65E2, "genericCharger.chargerConnected": 0x65E3,
  "genericCharger.commandId": 0x65E4, "genericCharger.statusId": 0x65E6, "genericCharger.length": 0x65E8,
  "genericCharger.voltageByte": 0x65EA, "genericCharger.currentByte": 0x65EC, "genericCharger.voltageStep_V": 0x65EE,
  "genericCharger.currentStep_A": 0x65F0, "genericCharger.controlByte": 0x65F2, "genericCharger.startValue": 0x65F4,
  "genericCharger.stopValue": 0x65F6, "genericCharger.outputVoltageByte": 0x65F8,
  "genericCharger.outputCurrentByte": 0x65FA, "genericCharger.faultByte": 0x65FC, "genericCharger.faultMask": 0x65FE,
  "genericCharger.receiveTimeout_ms": 0x6560, "genericCharger.outputPeriod_ms": 0x6562,
  "genericCharger.charge_V": 0x6564, "genericCharger.charge_A": 0x6566, "shunt.extended": 0x6540,
  "shunt.bytes": 0x6541, "shunt.byteOrder": 0x6542, "shunt.canId": 0x6544, "shunt.firstByte": 0x6546,
  "shunt.step_A": 0x6548, "shunt.selectorByte": 0x654A, "shunt.selector": 0x654C, "shunt.statusByte": 0x654E,
  "shunt.statusMask": 0x6550,
  "console.usb": 0x6700, "console.tcp": 0x6701, "console.tcpPort": 0x6702, "console.listen": 0x6704,
  "console.usbPort": 0x6710,
} as const satisfies Record<PlainSettingName, number>;

export const PROTECTIONS = { first: 0x7000, each: 0x20 } as const;

type ProtectionField =
  | "enable"
  | "limit"
  | "tolerant"
  | "judgeRest"
  | "setDelay_ms"
  | "clearDelay_s"
  | "lock"
  | "critical"
  | "opensCharge"
  | "opensDischarge"
  | "openDelay_ms";

/** Inside a protection: registers from its first. `limit` and `tolerant` end in the protection's unit. */
export const PROTECTION_FIELDS = {
  enable: 0,
  lock: 1,
  limit: 2,
  tolerant: 4,
  setDelay_ms: 6,
  clearDelay_s: 8,
  openDelay_ms: 10,
  critical: 12,
  opensCharge: 13,
  opensDischarge: 14,
  judgeRest: 15,
} as const satisfies Record<ProtectionField, number>;

/** The field of a protection's setting: "limit_V" is "limit". */
export const fieldOf = (row: string): number =>
  PROTECTION_FIELDS[(/^(limit|tolerant)_/.exec(row)?.[1] ?? row) as ProtectionField];

export const protectionAddress = (numbers: Readonly<Record<FaultName, number>>, fault: FaultName): number =>
  PROTECTIONS.first + PROTECTIONS.each * numbers[fault];
