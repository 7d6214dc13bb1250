// What partners on buses and the log report of themselves: kept as told, shown as signals, never used to protect.
// Quantities are those of the vendor's state pages for J1939, Eltek and MicroPower chargers and for log transmission.

import type { ChargerReport } from "../model/partner-reports.ts";

/** Wall times in seconds since 1970; 0: never. */
export type TransmissionReport = { lastLog_s: number; lastSuccess_s: number; resendFrom_s: number };

/** What the log on disk is doing; codes of `state` and `trouble` stand in the signals' rows. */
export type LogReport = {
  state: number;
  trouble: number;
  /** Bytes written to the medium in the last hour. */
  bytesPerHour: number;
  /** Bytes of all log files, and times in which records were lost. */
  size_MB: number;
  gaps: number;
};

/** Whether settings, state and journal are being saved; codes of `trouble` stand in the signal's row. */
export type StoreReport = { trouble: number };

/** How the ports of field buses fare; codes stand in the signals' rows. */
export type PortsReport = {
  rs485State: number;
  rs485Trouble: number;
  tcpState: number;
  tcpTrouble: number;
  /** Clients connected over TCP. */
  tcpClients: number;
  canState: number;
  canTrouble: number;
  /** Fault confinement of the controller: a code of CAN_BUS_STATES. */
  canBusState: number;
  canServerState: number;
  canServerTrouble: number;
  canTerminalState: number;
  canTerminalTrouble: number;
  /** Programs connected to the bus over TCP. */
  canClients: number;
  /** Error counters of ISO 11898-1; 0 where the adapter does not tell them. */
  canTransmitErrors: number;
  canReceiveErrors: number;
  /** Frames since the start. */
  canSent: number;
  canReceived: number;
  canLost: number;
  /** NMT state of the CANopen node and its lamps: codes of CANOPEN_STATES and LAMP_WORDS. */
  canopenState: number;
  canopenRunLamp: number;
  canopenErrorLamp: number;
  usbState: number;
  usbTrouble: number;
  consoleState: number;
  consoleTrouble: number;
  /** Clients of the console over TCP. */
  consoleClients: number;
};

export type Equipment = {
  charger: ChargerReport;
  transmission: TransmissionReport;
  log: LogReport;
  store: StoreReport;
  ports: PortsReport;
};

/** Nothing is open. */
export const createPortsReport = (): PortsReport => ({
  ...{ rs485State: 0, rs485Trouble: 0, tcpState: 0, tcpTrouble: 0, tcpClients: 0 },
  ...{ canState: 0, canTrouble: 0, canBusState: 0, canServerState: 0, canServerTrouble: 0 },
  ...{ canTerminalState: 0, canTerminalTrouble: 0, canClients: 0 },
  ...{ canTransmitErrors: 0, canReceiveErrors: 0, canSent: 0, canReceived: 0, canLost: 0 },
  ...{ canopenState: 0, canopenRunLamp: 0, canopenErrorLamp: 0 },
  ...{ usbState: 0, usbTrouble: 0, consoleState: 0, consoleTrouble: 0, consoleClients: 0 },
});

export const createEquipment = (): Equipment => ({
  charger: {
    status: 0,
    output_V: 0,
    output_A: 0,
    output_W: 0,
    input_V: 0,
    input_A: 0,
    input_Hz: 0,
    primary_degC: 0,
    secondary_degC: 0,
    maximum_W: 0,
    available: 0,
    errors: 0,
    voltageReached: 0,
    currentReached: 0,
    powerReached: 0,
  },
  transmission: { lastLog_s: 0, lastSuccess_s: 0, resendFrom_s: 0 },
  log: { state: 0, trouble: 0, bytesPerHour: 0, size_MB: 0, gaps: 0 },
  store: { trouble: 0 },
  ports: createPortsReport(),
});

/** Takes the finite numbers of a report into the record; anything else is left as it was. True if all were taken. */
export function takeReport(
  record: Record<string, number>,
  report: Readonly<Record<string, number | undefined>>,
): boolean {
  let all = true;
  for (const key of Object.keys(report)) {
    const value = report[key];
    if (key in record && value !== undefined && Number.isFinite(value)) record[key] = value;
    else all = false;
  }
  return all;
}
