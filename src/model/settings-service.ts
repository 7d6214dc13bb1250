// Settings of the menus "External equipment", "Connectivity" and "Service" (vendor's pages 3.5 to 3.7). The rooms that
// speak to equipment and networks read them; the core uses only those of the group equipment and reset.

import type { FlagRow, NumberRow, SettingGroup, TextRow } from "./rows.ts";

const flag = <const D extends boolean>(preset: D, help: string) => ({ kind: "flag", default: preset, source: "S", help }) as const satisfies FlagRow;
const timeout_ms = <const D extends number>(preset: D, help: string) => ({ kind: "integer", unit: "ms", min: 100, max: 60_000, default: preset, source: "S", help }) as const satisfies NumberRow;
const text = <const D extends string>(maxLength: number, preset: D, help: string) => ({ kind: "text", maxLength, default: preset, source: "S", help }) as const satisfies TextRow;
const volts = <const D extends number>(preset: D, help: string) => ({ kind: "number", unit: "V", min: 0, max: 80, default: preset, source: "S", help }) as const satisfies NumberRow;
const amperes = <const D extends number>(preset: D, help: string) => ({ kind: "number", unit: "A", min: 0, max: 1200, default: preset, source: "S", help }) as const satisfies NumberRow;

export const SERVICE_SETTINGS = {
  equipment: { title: "Partners", menu: "External equipment → Partners", rows: {
    chargerConnects: flag(true, "A charger that is online on a bus sets the signal Charger connected."),
    chargerTimeout_ms: timeout_ms(5000, "A charger not heard for this long is lost. J1939 chargers send each second; five missed messages."),
    partnerTimeout_ms: timeout_ms(5000, "An inverter or vehicle not heard for this long is lost."),
    partnerExpected: flag(false, "An inverter or vehicle must be online; its loss is the error Equipment offline."),
  } },
  j1939Charger: { title: "J1939 charger", menu: "External equipment → Chargers → J1939 charger", rows: {
    enable: flag(false, "Control a J1939 charger."),
    receiveTimeout_ms: timeout_ms(5000, "Silence longer than this takes the charger for lost."),
    outputPeriod_ms: timeout_ms(1000, "How often the charge command is sent."),
    charge_V: volts(56.8, "Charge voltage asked for. Preset: charging voltage per cell times cells."),
    charge_A: amperes(50, "Charge current asked for at most; the charge current limit lowers it."),
    chargerConnected: flag(true, "Set Charger connected while online."),
    compliance: { kind: "choice", choices: ["none", "osnPower", "ccs2", "greatPower"], default: "none", source: "S", help: "Deviating dialect of the charger." },
    osnProtocol: { kind: "choice", choices: ["V0", "V1"], default: "V0", source: "S", help: "OSN Power protocol version." },
    osnBatteryType: { kind: "choice", choices: ["48", "80", "24", "220"], default: "48", source: "S", help: "OSN Power battery type, V." },
    osnChargingMode: { kind: "choice", choices: ["constantCurrent", "constantVoltage"], default: "constantCurrent", source: "S", help: "OSN Power charging mode." },
    ccs2Discharge_A: amperes(0, "Discharging current announced in the CCS2 dialect."),
  } },
  eltekCharger: { title: "Eltek charger", menu: "External equipment → Chargers → Eltek charger", rows: {
    enable: flag(false, "Control an Eltek Flatpack2."),
    address: { kind: "integer", unit: "count", min: 1, max: 63, default: 1, source: "S", help: "Charger address." },
    receiveTimeout_ms: timeout_ms(5000, "Silence longer than this takes the charger for lost."),
    outputPeriod_ms: timeout_ms(1000, "How often the command is sent."),
    charge_V: volts(56.8, "Charge voltage. Preset."),
    charge_A: amperes(50, "Charge current at most. Preset."),
    chargerConnected: flag(true, "Set Charger connected while online."),
  } },
  microPowerCharger: { title: "MicroPower charger", menu: "External equipment → Chargers → MicroPower charger", rows: {
    enable: flag(false, "Control a MicroPower charger."),
    receiveTimeout_ms: timeout_ms(5000, "Silence longer than this takes the charger for lost."),
    charge_V: volts(56.8, "Charge voltage. Preset."),
    charge_A: amperes(50, "Charge current at most."),
  } },
  inverter: { title: "Inverter", menu: "External equipment → Inverter", rows: {
    profile: { kind: "choice", choices: ["none", "pylontech", "sma", "victron", "goodwe", "growatt"], default: "none", source: "O", help: "Protocol spoken to an inverter." },
    receiveTimeout_ms: timeout_ms(5000, "Silence longer than this takes the inverter for lost."),
  } },
  can: { title: "CAN", menu: "Connectivity → CAN", rows: {
    nodeId: { kind: "integer", unit: "count", min: 1, max: 127, default: 32, source: "S", vendor: "COBID", help: "CANopen node id." },
    bitRate: { kind: "choice", choices: ["125", "250", "500", "1000"], default: "250", source: "S", help: "Bit rate, kbit/s." },
    heartbeat_ms: { kind: "integer", unit: "ms", min: 0, max: 65_535, default: 1000, source: "S", help: "Heartbeat period. 0: none." },
    sync_ms: { kind: "integer", unit: "ms", min: 0, max: 65_535, default: 0, source: "S", help: "Period of the SYNC this device produces. 0: another node does." },
  } },
  canPort: { title: "CAN port", menu: "Connectivity → CAN port", access: "owner", rows: {
    adapter: { kind: "choice", choices: ["simulated", "socketcan", "slcan", "socketcand"], default: "simulated", source: "O", help: "What joins the device to a bus. simulated: a modelled bus at its bit rate. socketcan: a CAN interface of Linux, brought up by its administrator. slcan: an adapter at a serial port that speaks the LAWICEL protocol. socketcand: a bus served over TCP." },
    device: text(64, "", "Path of the serial port of an slcan adapter, for example /dev/ttyACM0; with @ and a number after it, that many bit/s instead of 115200."),
    channel: text(16, "can0", "Name of the bus: the interface of socketcan, and the bus asked for and served over TCP."),
    host: text(64, "localhost", "Where socketcand serves the bus."),
    port: { kind: "integer", unit: "count", min: 1, max: 65_535, default: 29_536, source: "O", help: "TCP port of that host." },
    server: { kind: "choice", choices: ["simulated", "on", "off"], default: "simulated", source: "O", help: "Serve the bus over TCP by the socketcand protocol, which python-can and others speak. simulated: while the bus is a modelled one. There is no password: whoever reaches it is on the bus." },
    serverPort: { kind: "integer", unit: "count", min: 0, max: 65_535, default: 29_536, source: "O", help: "TCP port of that server. 0: one that is free." },
    listen: { kind: "choice", choices: ["loopback", "any"], default: "loopback", source: "O", help: "loopback: only programs on this machine reach the server. any: the whole network." },
    terminal: { kind: "choice", choices: ["simulated", "on", "off"], default: "simulated", source: "O", help: "A pseudo-terminal, ports/can in the data folder, that stands for an slcan adapter on the bus. simulated: while the bus is a modelled one." },
    log: { kind: "flag", default: false, source: "O", help: "Write the frames of the bus into the log, some thousand a second at most." },
  } },
  rs485: { title: "RS-485", menu: "Connectivity → RS-485", rows: {
    address: { kind: "integer", unit: "count", min: 1, max: 247, default: 32, source: "S", help: "Modbus address." },
    baud: { kind: "choice", choices: ["600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200"], default: "9600", source: "S", help: "Baud rate." },
    parity: { kind: "choice", choices: ["none", "even", "odd"], default: "none", source: "S", help: "Parity." },
    stopBits: { kind: "choice", choices: ["1", "2"], default: "1", source: "O", help: "Stop bits." },
    wordOrder: { kind: "choice", choices: ["lowFirst", "highFirst"], default: "lowFirst", source: "S", help: "Order of the two registers of a 32-bit value. Low word first by the vendor's page." },
    responseDelay_ms: { kind: "integer", unit: "ms", min: 0, max: 1000, default: 0, source: "O", help: "Pause before an answer, for slow transceivers." },
    silence_ms: { kind: "integer", unit: "ms", min: 0, max: 1000, default: 0, source: "O", help: "Silence that ends a frame. 0: 3.5 characters by the standard, 1.75 ms above 19200. More for USB adapters that deliver a frame in pieces: 20." },
    gaps: { kind: "choice", choices: ["tolerant", "strict"], default: "tolerant", source: "O", help: "strict: a frame with a pause of more than 1.5 characters inside is dropped, as the standard has it. tolerant: it is taken, because most computers cannot tell when a character came." },
  } },
  modbus: { title: "Modbus", menu: "Connectivity → Modbus", access: "owner", rows: {
    serialPort: text(64, "", "Path of the serial port for RS-485, for example /dev/ttyUSB0. Empty: the modelled board makes one of its own, ports/rs485 in the data folder."),
    settingsAccess: { kind: "choice", choices: ["login", "open"], default: "login", source: "O", help: "Who may change settings over Modbus. login: whoever has written the service password. open: everybody, as on the vendor's device." },
    controlAccess: { kind: "choice", choices: ["local", "open", "login"], default: "local", source: "O", help: "Who may drive input signals, acknowledge errors and give operator's commands without the service password. local: RS-485 and this machine. open: everybody. login: nobody." },
    loginTime_min: { kind: "integer", unit: "min", min: 1, max: 1440, default: 10, source: "O", help: "A login ends so long after the last change made with it." },
    tcp: { kind: "flag", default: true, source: "S", help: "Serve Modbus TCP." },
    listen: { kind: "choice", choices: ["loopback", "any"], default: "loopback", source: "O", help: "loopback: only programs on this machine reach it. any: the whole network; Modbus has no encryption." },
    tcpPort: { kind: "integer", unit: "count", min: 0, max: 65_535, default: 0, source: "O", help: "TCP port. 0: 1502 while only this machine reaches it, and 502, the standard one, once the network does; systems let only their administrator open that." },
    rtuTcpPort: { kind: "integer", unit: "count", min: 0, max: 65_535, default: 0, source: "O", help: "TCP port for RTU frames over TCP, as serial device servers speak it. 0: none." },
  } },
  canopen: { title: "CANopen", menu: "Connectivity → CANopen", access: "owner", rows: {
    settingsAccess: { kind: "choice", choices: ["login", "open"], default: "login", source: "O", help: "Who may change settings over CAN and the USB console. login: whoever has written the service password. open: everybody, as on the vendor's device." },
    controlAccess: { kind: "choice", choices: ["local", "open", "login"], default: "local", source: "O", help: "Who may drive input signals, acknowledge errors and give operator's commands without the service password. local: whoever is on the wire or on this machine. open: everybody. login: nobody." },
    loginTime_min: { kind: "integer", unit: "min", min: 1, max: 1440, default: 10, source: "O", help: "A login ends so long after the last change made with it." },
    pdoSet: { kind: "choice", choices: ["vendor", "cia418", "both"], default: "vendor", source: "O", help: "PDOs that are valid from the start. vendor: those of the vendor's device, sent on each SYNC. cia418: those of a CiA 418 battery module, for CANopen chargers. both: the vendor's first, then those of CiA 418." },
  } },
  user: { title: "User settings", menu: "Service → User settings", rows: {
    serialNumber: text(32, "", "Serial number of the battery; stands in every log file."),
    address: text(64, "", "Place of the battery."),
    manufacturer: text(32, "", "Maker of the battery."),
    hardwareId: text(16, "", "Hardware of the battery."),
    softwareId: text(16, "", "Software of the battery."),
    configurationVersion: text(16, "", "Version of these settings."),
    productionDate: text(10, "", "Date of production, YYYY-MM-DD."),
  } },
  sdCard: { title: "SD card", menu: "Service → SD card", rows: {
    enable: flag(true, "Log continuously."),
    period_s: { kind: "number", unit: "s", min: 0.1, max: 3600, default: 1, source: "S", vendor: "Logging period", help: "Time between two records of the state." },
    cells: flag(true, "Log cell values too."),
    sync_s: { kind: "number", unit: "s", min: 0.1, max: 600, default: 1, source: "O", help: "Longest time a record waits in memory: a power cut loses no more. Trips are written at once." },
    recorder: flag(true, "Record what every tick of the device was given, so that each second can be replayed. About 40 MB a day."),
    recorderBudget_MB: { kind: "integer", unit: "count", min: 0, max: 100_000, default: 0, source: "O", help: "Most megabytes the recorder writes in 24 hours; freeze-frames of trips are always kept. 0: no limit. For a card: 50." },
    fileSize_MB: { kind: "integer", unit: "count", min: 1, max: 4000, default: 256, source: "O", help: "A log file this large is finished and a new one begun; each UTC day begins a new one too." },
    space_MB: { kind: "integer", unit: "count", min: 2, max: 1_000_000, default: 4096, source: "O", help: "Room for all log files together; the oldest are removed." },
    keep_day: { kind: "integer", unit: "day", min: 1, max: 36_500, default: 400, source: "O", help: "Log files older than this are removed." },
  } },
  ftp: { title: "FTP", menu: "Service → FTP", rows: {
    enable: flag(false, "Send log files over the network."),
    host: text(64, "", "Host."),
    port: { kind: "integer", unit: "count", min: 1, max: 65_535, default: 21, source: "S", help: "Port." },
    user: text(32, "", "User."),
    password: { ...text(64, "", "Password. Never shown again and never in a support file."), secret: true },
    period_min: { kind: "integer", unit: "min", min: 1, max: 10_080, default: 60, source: "S", help: "Sending period." },
    cells: flag(false, "Send logs with cell values too."),
  } },
  reset: { title: "Reset", menu: "Service → Reset", rows: {
    enable: flag(false, "Restart periodically, while no current flows."),
    maximumPerDay: { kind: "integer", unit: "count", min: 1, max: 24, default: 1, source: "S", help: "Most restarts in 24 hours of operation, at most one an hour." },
    period_h: { kind: "integer", unit: "h", min: 1, max: 744, default: 168, source: "O", help: "Hours of operation between two restarts. The vendor selects weekdays; a device without a believed clock counts hours." },
  } },
} as const satisfies Record<string, SettingGroup>;
