// docs/modbus.md and docs/modbus.csv: the map of registers for people and for SCADA programs, from the tables of src/modbus.

import { COILS, DISCRETE_INPUTS } from "../../src/modbus/bit-map.ts";
import { OBJECTS } from "../../src/modbus/identification.ts";
import { fullName } from "../../src/modbus/names.ts";
import { EXCEPTIONS } from "../../src/modbus/protocol.ts";
import type { Register } from "../../src/modbus/register.ts";
import { HOLDING_REGISTERS, INPUT_REGISTERS } from "../../src/modbus/register-map.ts";
import { CURVE, TABLE } from "../../src/modbus/setting-registers.ts";
import { FAULT_NAMES, FAULT_ROWS, GENERAL_ERROR_BIT } from "../../src/model/faults.ts";
import { INPUT_SIGNALS } from "../../src/model/input-signals.ts";
import { INTERNAL_SIGNALS } from "../../src/model/internal-signals.ts";
import { SETTING_BY_NAME } from "../../src/model/settings.ts";
import { MOST_X, MOST_Y } from "../../src/model/values.ts";
import { groupBy, HEADER, table } from "./markdown.ts";

const hex = (value: number, digits = 4): string => `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
const unitWord = (unit: string): string => (unit === "none" || unit === "count" ? "" : unit);

const typeWord = ({ type, words, count }: Register): string => {
  const size = type === "TEXT" || type === "CURVE" || type === "TABLE" ? ` (${words})` : "";
  return `${type}${size}${count > 1 ? `[${count}]` : ""}`;
};

const rowOf = (register: Register): string[] => [
  hex(register.address),
  `\`${register.name}\``,
  typeWord(register),
  unitWord(register.unit),
  register.written === undefined ? "read" : "read, write",
  register.help,
];
const HEAD = ["Address", "Name", "Type", "Unit", "Access", "Meaning"];

/** Rows of the vendor's map say how sure they are. */
const vendorTable = (registers: readonly Register[]): string =>
  table(
    [...HEAD, "Source"],
    registers.map((register) => [...rowOf(register), register.source]),
  );
const plainTable = (registers: readonly Register[]): string => table(HEAD, registers.map(rowOf));

const of = (map: Register["map"], registers: readonly Register[]): Register[] =>
  registers.filter((register) => register.map === map);
const isSession = ({ name }: Register): boolean => /^(session|counters|map)\./.test(name) || name === "validity";

function settingSections(): string {
  const settings = of("ours", HOLDING_REGISTERS).filter((register) => !isSession(register));
  return groupBy(settings, ({ name }) => SETTING_BY_NAME.get(name)?.group.menu ?? "")
    .map(([menu, registers]) => `#### ${menu}\n\n${plainTable(registers)}`)
    .join("\n\n");
}

function sunspecSections(): string {
  return groupBy(of("sunspec", HOLDING_REGISTERS), ({ name }) => name.split(".")[0] ?? "")
    .map(([model, registers]) => `#### ${/^\d+$/.test(model) ? `Model ${model}` : model}\n\n${plainTable(registers)}`)
    .join("\n\n");
}

const exceptions = (): string =>
  table(
    ["Code", "Name", "Here it means"],
    Object.entries(EXCEPTIONS)
      .filter(([code]) => Number(code) <= 6)
      .map(([code, { name, help }]) => [code, name, help]),
  );

const identification = (): string =>
  table(
    ["Object", "Text"],
    OBJECTS.map(({ id, title }) => [hex(id, 2), title]),
  );

type Bit = readonly [bit: number, title: string];
const bitLine = (name: string, bits: readonly Bit[]): string =>
  `- **${name}**: ${[...bits]
    .sort(([a], [b]) => a - b)
    .map(([bit, title]) => `${bit} ${title}`)
    .join(", ")}.`;

/** Bits that the vendor does not publish for this device say so. */
const ours = (title: string, source: string): string => (source === "O" ? `${title} (ours)` : title);
const sibling = (title: string, source: string): string => (source === "F" ? `${title} (of a sibling)` : title);

const errorBits = (word: 1 | 2): Bit[] =>
  FAULT_NAMES.flatMap((name) => {
    const { vendor, title } = FAULT_ROWS[name];
    return vendor?.word === word && vendor.bit !== undefined ? [[vendor.bit, title] as const] : [];
  });

/** What the bits of the vendor's words mean. Errors without a bit are in our map. */
const bitWords = (): string =>
  [
    bitLine(
      "Input signals",
      Object.values(INPUT_SIGNALS).map(({ number, title, source }) => [number, sibling(title, source)]),
    ),
    bitLine(
      "Internal signals",
      Object.values(INTERNAL_SIGNALS).map(({ bit, title, source }) => [bit, ours(title, source)]),
    ),
    bitLine("Errors 1", errorBits(1)),
    bitLine("Errors 2", [...errorBits(2), [GENERAL_ERROR_BIT, "General error: any error is set"]]),
  ].join("\n");

const coils = (): string =>
  table(
    ["Coil", "Drives", "Given back by"],
    Object.values(INPUT_SIGNALS).map(({ number, title }) => [
      hex(COILS.driven + number),
      title,
      hex(COILS.controlled + number),
    ]),
  );

export const modbusChapter = (): string => `${HEADER}
# Modbus

The device is a Modbus server: RTU on RS-485 (address 32, 9600 bit/s, 8 data bits, no parity, 1 stop bit by default: settings
\`rs485.*\`), Modbus TCP on port 1502 of this machine (502 once the network may reach it), and, where a port is set for it, RTU frames over TCP (\`modbus.*\`). A modelled
board makes its own serial port: \`ports/rs485\` in the data folder, which any program opens like a real one. The same rows as a
table for SCADA programs: [modbus.csv](modbus.csv).

    bms modbus read data/ports/rs485 soc current_A cells_V      # by name, over the serial line
    bms modbus read localhost vendor.errors1 i:0x2001:f32       # by address, over TCP
    bms modbus write localhost --login battery.resistance_Ohm=0.001
    bms modbus conformance localhost                            # the standard, row by row

## Rules

- **Functions** 01, 02, 03, 04, 05, 06, 0F, 10, 16, 17, 2B/0E; on a serial line also 08 and 11. Other functions are exception 1.
- **Words.** A register goes over the line with its high byte first. Of a 32-bit value the low word stands in the lower register
  (\`rs485.wordOrder\`), but in SunSpec always the high one. Texts are UTF-8, two bytes a register, the first in the high byte.
- **Types.** U16, S16, U32, S32 whole numbers; REAL32 single precision; BITS flags; U8 bytes, byte 0 low. \`[n]\`: n values side by side.
- **Not known.** What is not believed reads as not a number (0x7FC00000), or 0xFFFF, 0x8000, 0xFFFFFFFF, 0x80000000 by type, and its
  validity bit is 0. The device never gives an old value for a new one.
- **Gaps** in our own blocks (0x8000 to 0x8FFF, and those of the settings) read as 0, so that they may be read in large pieces.
  Everywhere else a missing register is exception 2.
- **Frames** on RS-485 end with 3.5 characters of silence. A frame with a wrong checksum, or for another address, is never answered.
  Broadcasts are carried out and not answered. An answer is given up when somebody else begins to speak.
- **RTU over TCP** is what serial device servers speak. modbus-serial calls it \`connectTelnet\`; its \`connectTcpRTUBuffered\` is Modbus TCP.
- **Standby.** A sleeping device has no processor running and answers nobody.
- **Order of answers.** Reads are answered at once, orders with the next tick of the device (10 ms).

### Exceptions

${exceptions()}

## Who may do what

Reading is open. Driving input signals, acknowledging errors and operator's commands are open on RS-485 and to programs on this
machine, as on the vendor's device (\`modbus.controlAccess\`). Settings and service commands need the service password, unless the owner
has opened them (\`modbus.settingsAccess\`); settings of the groups \`modbus\` and \`canopen\` can never be written over a bus. TCP listens on this
machine alone until the owner allows more (\`modbus.listen\`).

The password is set with \`bms password\`. A client writes it to \`session.login\` in one request; it is then logged in until ten minutes
after its last change (\`modbus.loginTime_min\`), or until it leaves. After three wrong passwords each further one costs twice the pause
before, up to 15 minutes, and is exception 6 meanwhile. Each login and each refusal stands in the journal. Modbus has no encryption:
whoever can listen on the line can hear the password.

## Changing settings

Registers of settings are staged: what a client writes is kept for that client alone, and reads back as it will be. A client is a TCP
connection, or a serial line with everybody on it. Writing 1 to
\`session.commit\` applies all of it together, or nothing: a set of changes is judged whole. Exception 4 means that it was rejected:
0x9000 has the result, 0x9010 the first register of each wrong setting and the reason, 0x9040 the same in words. What was staged is
forgotten with every commit, applied or rejected, so that nobody's next one carries it; it is also forgotten a minute after its last
register, with the login, and when 2 is written.

A **curve** is: register 0 the number of points, from ${CURVE.x} the x axis, from ${CURVE.y} the values, ${MOST_X} REAL32 each at most. A **table** is: register 0
the columns, register 1 the rows, from ${TABLE.x} the x axis (${MOST_X} at most), from ${TABLE.y} the y axis (${MOST_Y} at most), from ${TABLE.z} the values, each row ${MOST_X} REAL32 long.

${plainTable(HOLDING_REGISTERS.filter(isSession))}

### What came of it (input registers)

${plainTable(INPUT_REGISTERS.filter(isSession))}

## The vendor's map

Source S: the vendor shows the row for this device. F: for a sibling of it. O: the vendor leaves it open, and the row is ours.

### Input registers

${vendorTable(of("vendor", INPUT_REGISTERS))}

### Holding registers

${vendorTable(of("vendor", HOLDING_REGISTERS))}

### Bits of its words

${bitWords()}

## Coils and discrete inputs

The vendor publishes neither coils nor discrete inputs; these are ours. Discrete inputs ${hex(DISCRETE_INPUTS.inputs)} to 0x001F are the input signals by number, from
${hex(DISCRETE_INPUTS.internal)} the internal signals, from ${hex(DISCRETE_INPUTS.errors1)} Errors 1, from ${hex(DISCRETE_INPUTS.errors2)} Errors 2, bit by bit; 0x8000 to 0x8FFF tell whether the signal at that
address is believed. Coils drive input signals by software, on or off; the coil on the right, set to 0, lets the signal follow its wire
again. Coils ${hex(COILS.scratch)} to ${hex(COILS.scratch + 7)} mean nothing and keep what a client writes, to try a master.

${coils()}

## Our map: signals (input registers)

${plainTable(of("ours", INPUT_REGISTERS).filter((register) => !isSession(register)))}

## Our map: settings (holding registers)

${settingSections()}

## SunSpec (holding registers from 40000)

Models 1, 802, 803 and 713, high word first, with scale factors; not-implemented values as the standard has them.

${sunspecSections()}

## Identification (2B/0E)

${identification()}

Which answers came from which clause of the standard is a table too: \`src/modbus/conformance-rows.ts\`.
`;

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As most SCADA programs call them. */
const CSV_TYPES: Readonly<Record<Register["type"], string>> = {
  ...{
    U16: "UINT16",
    S16: "INT16",
    U32: "UINT32",
    S32: "INT32",
    REAL32: "FLOAT32",
    BITS16: "UINT16",
    BITS32: "UINT32",
  },
  ...{ TEXT: "STRING", U8: "UINT16", CURVE: "BLOCK", TABLE: "BLOCK" },
};

const FIRST_REFERENCE = { input: 300_001, holding: 400_001 } as const;

function csvRows(register: Register): string[] {
  return Array.from({ length: register.count }, (_, element) => {
    const address = register.address + element * register.words;
    const name = register.count > 1 ? `${fullName(register)}[${element + 1}]` : fullName(register);
    const order = register.map === "sunspec" ? "high word first" : "low word first";
    const cells = [
      ...[name, register.table, String(address), hex(address), String(FIRST_REFERENCE[register.table] + address)],
      ...[CSV_TYPES[register.type], String(register.words), register.words === 2 ? order : ""],
      ...[register.written === undefined ? "R" : "RW", unitWord(register.unit), register.help],
    ];
    return cells.map(quoted).join(",");
  });
}

/** One row for each value; \`reference\` is the address as Modicon counts, from 300001 and 400001. */
export const modbusCsv = (): string =>
  `${["name,table,address,hex,reference,type,registers,word order,access,unit,description", ...[...INPUT_REGISTERS, ...HOLDING_REGISTERS].flatMap(csvRows)].join("\n")}\n`;
