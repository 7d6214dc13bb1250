// Signals that partners and the log report of themselves (vendor's state pages "External equipment" and "Service → FTP").

import type { SignalRow } from "./rows.ts";

/** Why records, or settings and state, cannot be written; the index is the code. */
export const LOG_TROUBLES = ["none", "missing", "full", "read-only", "too slow", "failed"] as const;

/** What a port does, and why it cannot; the index is the code. */
export const PORT_STATES = ["off", "open", "waiting for the port"] as const;
export const PORT_TROUBLES = ["none", "missing", "no permission", "in use", "failed"] as const;

/** Fault confinement of the CAN controller (ISO 11898-1); the index is the code. "warning": a counter has reached 96. */
export const CAN_BUS_STATES = ["active", "warning", "passive", "off"] as const;

/** NMT states of the CANopen node; the index is the code. */
export const CANOPEN_STATES = ["off", "initialising", "pre-operational", "operational", "stopped"] as const;
/** Patterns of its lamps (CiA 303-3, clause 3); the index is the code. */
export const LAMP_WORDS = ["off", "on", "flickering", "blinking", "single flash", "double flash", "triple flash", "quadruple flash"] as const;

export const EQUIPMENT_SIGNALS = {
  chargerStatus:         { unit: "none", type: "code", group: "Charger", from: "equipment.charger.status", source: "S", vendor: "Status", codes: ["offline", "no charge", "charge", "recoverable error", "non-recoverable error"], help: "State that the charger reports." },
  chargerOutput_V:       { unit: "V", type: "real", group: "Charger", from: "equipment.charger.output_V", source: "S", vendor: "Voltage", help: "Output voltage of the charger.", validFrom: ["measure.chargerOnline"] },
  chargerOutput_A:       { unit: "A", type: "real", group: "Charger", from: "equipment.charger.output_A", source: "S", vendor: "Current", help: "Output current of the charger.", validFrom: ["measure.chargerOnline"] },
  chargerOutput_W:       { unit: "W", type: "real", group: "Charger", from: "equipment.charger.output_W", source: "S", vendor: "Power", help: "Output power of the charger.", validFrom: ["measure.chargerOnline"] },
  chargerInput_V:        { unit: "V", type: "real", group: "Charger", from: "equipment.charger.input_V", source: "S", vendor: "Input voltage", help: "Mains voltage at the charger.", validFrom: ["measure.chargerOnline"] },
  chargerInput_A:        { unit: "A", type: "real", group: "Charger", from: "equipment.charger.input_A", source: "S", vendor: "Input current", help: "Mains current of the charger.", validFrom: ["measure.chargerOnline"] },
  chargerInput_Hz:       { unit: "Hz", type: "real", group: "Charger", from: "equipment.charger.input_Hz", source: "S", vendor: "Input frequency", help: "Mains frequency at the charger.", validFrom: ["measure.chargerOnline"] },
  chargerPrimary_degC:   { unit: "degC", type: "real", group: "Charger", from: "equipment.charger.primary_degC", source: "S", vendor: "Primary temperature", help: "Temperature on the mains side.", validFrom: ["measure.chargerOnline"] },
  chargerSecondary_degC: { unit: "degC", type: "real", group: "Charger", from: "equipment.charger.secondary_degC", source: "S", vendor: "Secondary temperature", help: "Temperature on the battery side.", validFrom: ["measure.chargerOnline"] },
  chargerMaximum_W:      { unit: "W", type: "real", group: "Charger", from: "equipment.charger.maximum_W", source: "S", vendor: "Max power", help: "Most power the charger can give.", validFrom: ["measure.chargerOnline"] },
  chargerAvailable:      { unit: "ratio", type: "real", group: "Charger", from: "equipment.charger.available", source: "S", vendor: "Available power", help: "Part of its power the charger can give now.", validFrom: ["measure.chargerOnline"] },
  chargerErrors:         { unit: "none", type: "integer", group: "Charger", from: "equipment.charger.errors", source: "S", vendor: "Errors", help: "The charger's own error bits.", validFrom: ["measure.chargerOnline"] },
  chargerVoltageReached: { unit: "none", type: "flag", group: "Charger", from: "equipment.charger.voltageReached", source: "S", vendor: "Voltage reached", help: "The charger holds its voltage.", validFrom: ["measure.chargerOnline"] },
  chargerCurrentReached: { unit: "none", type: "flag", group: "Charger", from: "equipment.charger.currentReached", source: "S", vendor: "Current reached", help: "The charger holds its current.", validFrom: ["measure.chargerOnline"] },
  chargerPowerReached:   { unit: "none", type: "flag", group: "Charger", from: "equipment.charger.powerReached", source: "S", vendor: "Power reached", help: "The charger is at its power limit.", validFrom: ["measure.chargerOnline"] },
  lastLog_s:             { unit: "s", type: "real", group: "Log transmission", from: "equipment.transmission.lastLog_s", source: "S", vendor: "Last log in timestamp", help: "Wall time of the newest log file, seconds since 1970. 0: none." },
  lastTransmission_s:    { unit: "s", type: "real", group: "Log transmission", from: "equipment.transmission.lastSuccess_s", source: "S", vendor: "Last successful transmission timestamp", help: "Wall time of the last log file that arrived. 0: never." },
  resendFrom_s:          { unit: "s", type: "real", group: "Log transmission", from: "equipment.transmission.resendFrom_s", source: "S", vendor: "Timestamp for resending log files from", help: "Log files from this wall time on are sent again. 0: none." },
  // The log on disk.
  logState:              { unit: "none", type: "code", group: "Log", from: "equipment.log.state", source: "O", codes: ["off", "writing", "waiting for the medium"], help: "Whether the log is being written." },
  logTrouble:            { unit: "none", type: "code", group: "Log", from: "equipment.log.trouble", source: "O", codes: LOG_TROUBLES, help: "Why records cannot be written. Protection goes on; the log has a gap." },
  logBytesPerHour:       { unit: "count", type: "integer", group: "Log", from: "equipment.log.bytesPerHour", source: "O", min: 0, help: "Bytes written to the medium in the last hour: what wears a card." },
  logSize_MB:            { unit: "count", type: "real", group: "Log", from: "equipment.log.size_MB", source: "O", min: 0, help: "Size of all log files together, megabytes." },
  logGaps:               { unit: "count", type: "integer", group: "Log", from: "equipment.log.gaps", source: "O", min: 0, help: "How often since this start records were lost because the medium did not take them." },
  // Ports of field buses.
  rs485State:            { unit: "none", type: "code", group: "Ports", from: "equipment.ports.rs485State", source: "O", codes: PORT_STATES, help: "The serial port of RS-485." },
  rs485Trouble:          { unit: "none", type: "code", group: "Ports", from: "equipment.ports.rs485Trouble", source: "O", codes: PORT_TROUBLES, help: "Why the serial port cannot be used; it is tried again." },
  modbusTcpState:        { unit: "none", type: "code", group: "Ports", from: "equipment.ports.tcpState", source: "O", codes: PORT_STATES, help: "The listening port of Modbus TCP." },
  modbusTcpTrouble:      { unit: "none", type: "code", group: "Ports", from: "equipment.ports.tcpTrouble", source: "O", codes: PORT_TROUBLES, help: "Why Modbus TCP cannot be served; it is tried again." },
  modbusTcpClients:      { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.tcpClients", source: "O", min: 0, help: "Clients connected over TCP." },
  canState:              { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canState", source: "O", codes: PORT_STATES, help: "The CAN port: the adapter that was chosen." },
  canTrouble:            { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canTrouble", source: "O", codes: PORT_TROUBLES, help: "Why the CAN port cannot be used; it is tried again." },
  canBusState:           { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canBusState", source: "O", codes: CAN_BUS_STATES, help: "What the CAN controller thinks of the bus and of itself: passive from 128 errors on, off above 255." },
  canServerState:        { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canServerState", source: "O", codes: PORT_STATES, help: "The listening port through which programs reach the CAN bus." },
  canServerTrouble:      { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canServerTrouble", source: "O", codes: PORT_TROUBLES, help: "Why programs cannot reach the CAN bus over TCP; it is tried again." },
  canTerminalState:      { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canTerminalState", source: "O", codes: PORT_STATES, help: "The pseudo-terminal that stands for a CAN adapter." },
  canTerminalTrouble:    { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canTerminalTrouble", source: "O", codes: PORT_TROUBLES, help: "Why there is no pseudo-terminal; it is tried again." },
  canClients:            { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canClients", source: "O", min: 0, help: "Programs connected to the CAN bus over TCP." },
  canTransmitErrors:     { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canTransmitErrors", source: "O", min: 0, help: "Transmit error counter of the CAN controller, where the adapter tells it." },
  canReceiveErrors:      { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canReceiveErrors", source: "O", min: 0, help: "Receive error counter of the CAN controller, where the adapter tells it." },
  canSent:               { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canSent", source: "O", min: 0, help: "Frames that this device has put on the CAN bus since its start; counted on every ten seconds." },
  canReceived:           { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canReceived", source: "O", min: 0, help: "Frames that came from the CAN bus since the start; counted on every ten seconds." },
  canLost:               { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.canLost", source: "O", min: 0, help: "Frames that found no room, or a bus that was not there; counted on every ten seconds." },
  // CANopen node.
  canopenState:          { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canopenState", source: "O", codes: CANOPEN_STATES, help: "NMT state of the CANopen node (CiA 301)." },
  canopenRunLamp:        { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canopenRunLamp", source: "O", codes: LAMP_WORDS, help: "Green lamp RUN of a CANopen device (CiA 303-3): the NMT state." },
  canopenErrorLamp:      { unit: "none", type: "code", group: "Ports", from: "equipment.ports.canopenErrorLamp", source: "O", codes: LAMP_WORDS, help: "Red lamp ERROR of a CANopen device (CiA 303-3): the worst trouble of the line." },
  // Console.
  usbState:              { unit: "none", type: "code", group: "Ports", from: "equipment.ports.usbState", source: "O", codes: PORT_STATES, help: "The console at the USB port." },
  usbTrouble:            { unit: "none", type: "code", group: "Ports", from: "equipment.ports.usbTrouble", source: "O", codes: PORT_TROUBLES, help: "Why there is no console at the USB port; it is tried again." },
  consoleState:          { unit: "none", type: "code", group: "Ports", from: "equipment.ports.consoleState", source: "O", codes: PORT_STATES, help: "The listening port of the console over TCP." },
  consoleTrouble:        { unit: "none", type: "code", group: "Ports", from: "equipment.ports.consoleTrouble", source: "O", codes: PORT_TROUBLES, help: "Why the console cannot be served over TCP; it is tried again." },
  consoleClients:        { unit: "count", type: "integer", group: "Ports", from: "equipment.ports.consoleClients", source: "O", min: 0, help: "Clients of the console over TCP." },
  // Settings, state and journal on disk.
  storeTrouble:          { unit: "none", type: "code", group: "Store", from: "equipment.store.trouble", source: "O", codes: LOG_TROUBLES, help: "Why settings, state and journal cannot be saved. Protection goes on; what is not saved is lost with the supply." },
} as const satisfies Record<string, SignalRow>;
