// The chapter about equipment on CAN, printed from the tables of frames, the settings and the list of situations that
// partners are graded by.

import { ALARM_OF, ALARM_TITLES } from "../../src/equipment/alarms.ts";
import { CIA419_DETAIL, CIA419_MEASURED, CIA419_REQUEST, CIA419_STATUS } from "../../src/equipment/cia419.ts";
import { ELCON_COMMAND, ELCON_STATUS } from "../../src/equipment/elcon.ts";
import { ELTEK_COMMAND, ELTEK_STATUS } from "../../src/equipment/eltek.ts";
import { gradeTimes } from "../../src/equipment/grade-settings.ts";
import { SITUATIONS } from "../../src/equipment/grade-situations.ts";
import { INVERTER_TEXTS, type InverterProfile } from "../../src/equipment/inverter-profile.ts";
import { INVERTER_PROFILES } from "../../src/equipment/inverter-profiles.ts";
import { INVERTER_QUANTITIES } from "../../src/equipment/inverter-quantities.ts";
import { FAULT_NAMES, FAULT_ROWS } from "../../src/model/faults.ts";
import { SETTING_LIST } from "../../src/model/settings.ts";
import { chapter, table } from "./markdown.ts";

/** What all kinds of fields have in common for a reader. */
type AnyField = {
  readonly kind: string;
  readonly byte: number;
  readonly of?: string;
  readonly help?: string;
  readonly bit?: number;
  readonly bits?: number;
  readonly length?: number;
  readonly type?: string;
  readonly step?: number | string;
  readonly offset?: number;
  readonly unit?: string;
  readonly value?: number;
};
type AnyRow = {
  readonly id: number;
  readonly length: number;
  readonly title: string;
  readonly extended?: true;
  readonly fields: readonly AnyField[];
};

const INTRO = `Inverters, chargers, a current shunt and displays on the CAN bus. The device tells its partners what the battery may take and give,
knows whether they are there, and says so.

**Limits.** What is sent is the core's own limit (signals \`chargeLimit_A\`, \`dischargeLimit_A\`, \`maximumCharge_V\`): nothing while charging or discharging is not
allowed, while a value that matters is not believed, or when the device has stood still for more than a second. Limits fall at once and rise by
\`equipment.rise_A_per_s\`. Currents and the charge voltage are rounded down. Several chargers share the limit in equal parts; an inverter beside them is given what they are not asked for.
A stop goes to chargers in the tick in which it is decided, and to inverters with the next frame that may be sent, 200 ms after the last one at the latest.
A charger that is switched off by settings or given another address is stopped first, and so are all when the device stands by or leaves the bus.

**Loss.** A partner is there while its own frames come. A charger that is lost no longer sets Charger connected; what it is asked for drops to nothing and rises anew when it is back. A partner
that must be there (\`equipment.partnerExpected\`, \`equipment.chargerExpected\`) raises the error Equipment offline or Charger offline, which opens the charging contactor unless you decide otherwise
(\`protections.equipmentOffline\`, \`protections.chargerOffline\`), and an expected inverter is given no limits until it is heard.

**One bus.** Partners share a bus where bit rates and identifiers allow; otherwise the settings are refused with a line that says who is in whose way. There is one inverter at most.
A charger that follows the battery's own PDOs by CiA 418 (\`canopen.pdoSet\`) is asked for the whole charge limit, and so has no inverter and no other charger beside it.

**Displays** need no settings: they read the heartbeat and the PDOs of the CANopen node ([CANopen](canopen.md)).

**Where sources differ** a setting decides; it is named at the field. Tables marked with their source are as good as that source.`;

const hex = (id: number, extended = false): string =>
  `0x${id
    .toString(16)
    .toUpperCase()
    .padStart(extended ? 8 : 3, "0")}`;
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const STEP_WORDS: Readonly<Record<string, string>> = {
  voltage: "`inverter.voltageStep`",
  energy: "`inverter.energyStep`",
  remaining: "`inverter.remainingStep`",
};

function placeOf({ kind, byte, bit = 0, bits = 1, type = "", length = 1 }: AnyField): string {
  if (kind === "bits") return bits === 8 ? `${byte}` : `${byte}, bit ${bits === 1 ? bit : `${bit}–${bit + bits - 1}`}`;
  if (kind === "pair") return `${byte}, bits ${bit}–${bit + 1}`;
  const width = kind === "text" ? length : Number(/\d+/.exec(type)?.[0] ?? 8) / 8;
  return width === 1 ? `${byte}` : `${byte}–${byte + width - 1}`;
}

function scaleOf({ kind, type = "", step = 1, unit = "", offset, value = 0 }: AnyField): string {
  if (kind === "constant") return `${hex(value).replace("0x0", "0x")}`;
  if (kind === "text") return "ASCII";
  if (kind === "pair") return "01 active, 10 not";
  if (kind === "bits") return "";
  const word = typeof step === "number" ? `${Number(step.toPrecision(6))} ${unit}` : (STEP_WORDS[step] ?? step);
  return `${type}, ${word.trim()}${offset === undefined ? "" : ` from ${offset}`}`;
}

function meaningOf({ of, help }: AnyField): string {
  if (of === undefined) return help ?? "";
  const [kind, alarm] = of.split(".");
  const known: Readonly<Record<string, string>> = { ...WORDS, ...INVERTER_TEXTS, ...INVERTER_QUANTITIES };
  const cell = /^cell(\d+)_V$/.exec(of)?.[1];
  const titles: Readonly<Record<string, string>> = ALARM_TITLES;
  const word =
    alarm === undefined
      ? (known[of] ?? (cell === undefined ? of : `voltage of cell ${cell}`))
      : `${kind}: ${titles[alarm]}`;
  return help === undefined ? word : `${word}: ${help}`;
}

/** Quantities that chargers and inverters say of themselves, or chargers are told. */
const WORDS = {
  charge_A: "charge current",
  output_V: "output voltage",
  output_A: "output current",
  input_V: "mains voltage",
  errors: "error code",
  isStopped: "control",
  hasFailed: "status",
  isHot: "status",
  hasWrongInput: "status",
  seesNoBattery: "status",
  missesUs: "status",
  primary_degC: "temperature on the mains side",
  secondary_degC: "temperature on the battery side",
  overvoltage_V: "voltage at which it shuts itself off",
  cycle: "cycle",
  isReady: "battery status",
  isShutDown: "shut down",
  isDerating: "derating",
  hasMains: "mains present",
  isEnabled: "charging enabled",
  indication: "state of the charge",
  state: "state",
  error: "error number",
  shutdown: "order",
} as const;

function frames(rows: readonly AnyRow[], words = ""): string {
  return table(
    ["Frame", "Bytes", "Byte", "Number", "Meaning"],
    rows.flatMap((row) => {
      const head = [`${hex(row.id, row.extended === true)} ${row.title}${words}`, `${row.length}`];
      if (row.fields.length === 0) return [[...head, "", "", "not read"]];
      return row.fields.map((field, i) => [
        ...(i === 0 ? head : ["", ""]),
        placeOf(field),
        scaleOf(field),
        meaningOf(field),
      ]);
    }),
  );
}

function inverterSection(profile: InverterProfile): readonly [string, string] {
  const {
    name,
    title,
    source,
    order,
    period_ms,
    timeout_ms,
    replies,
    maker,
    unavailable,
    eight,
    manner,
    rows,
    notes,
    answers,
    voltageStep_V,
  } = profile;
  const facts = table(
    ["", ""],
    [
      ["Setting", `\`inverter.profile: ${name}\`, \`can.bitRate: 500\``],
      ["Source", source],
      ["Byte order", order === "little" ? "lowest byte first" : "highest byte first"],
      [
        "Sent",
        answers === undefined
          ? `each frame every ${period_ms} ms (\`inverter.period_ms\`)`
          : `all frames whenever ${hex(answers)} comes`,
      ],
      [
        "Known to be there by",
        replies.length === 0
          ? "nothing: it need not answer"
          : `${replies.map(({ id }) => hex(id)).join(", ")}; lost after ${timeout_ms / 1000} s (\`inverter.receiveTimeout_ms\`)`,
      ],
      ["Maker's name", `${maker} (\`inverter.maker\`)`],
      ["Voltage in its frame of measured values", `${voltageStep_V} V a bit (\`inverter.voltageStep\`)`],
      [
        "A value that is not known",
        unavailable === "zero" ? "0 (`inverter.unavailable`)" : "0xFFFF, with a sign 0x8000 (`inverter.unavailable`)",
      ],
      ["Frame length", eight ? "always 8" : "as below (`inverter.frameLength`)"],
      ["No current", manner.zeroCurrent === "zero" ? "0 A (`inverter.zeroCurrent`)" : "0.1 A (`inverter.zeroCurrent`)"],
      [
        "Charge voltage while charging is not allowed",
        manner.noCharge === "keep" ? "stays (`inverter.noCharge`)" : "the battery's own (`inverter.noCharge`)",
      ],
      [
        "First request to charge",
        `bit ${manner.forceOrder === "bit5First" ? 5 : 4} (\`inverter.forceOrder\`), below \`inverter.forceChargeSoc\`; the other below \`inverter.forceUrgentSoc\``,
      ],
      ["Undervoltage", `${manner.undervoltage === "alarm" ? "an alarm" : "a warning"} (\`inverter.undervoltage\`)`],
    ],
  );
  const said = replies.length === 0 ? "" : `\n\nWhat it says:\n\n${frames(replies)}`;
  return [`Inverter: ${title}`, `${facts}\n\n${notes.map((note) => `- ${note}`).join("\n")}\n\n${frames(rows)}${said}`];
}

const CHARGERS: readonly (readonly [string, string])[] = [
  [
    "Charger: TC, Elcon, HK (J1939)",
    `\`j1939Charger.enable\`, 250 kbit/s (models of 6.6 kW: 500), highest byte first. Source: Elcon, CAN commands. The command goes out every \`j1939Charger.outputPeriod_ms\`; without one for 5 s the charger stops, and goes on with the next.
Charger 1 has address 0xE5, 2 to 4 have 0xE7, 0xE8, 0xE9 (\`j1939Charger.number\`); the last byte of the command is this device's address (\`j1939Charger.sourceAddress\`), which is claimed as SAE J1939-81 has it with \`j1939Charger.claim\`.
Active faults (DM1, single or in packets) with the red stop lamp or the malfunction lamp count as a fault of the charger; \`chargerErrors\` is the status byte plus 256 times the SPN.
The dialects OSN Power, CCS2 and Great Power have no public byte table: they are refused, and so is MicroPower.\n\n${frames([ELCON_COMMAND, ELCON_STATUS])}`,
  ],
  [
    "Charger: Eltek Flatpack2",
    `\`eltekCharger.enable\`, 125 kbit/s, lowest byte first; the ground of the transceiver is the supply's minus. Source: public protocol notes of its users. A supply says its serial number (0x0500xxxx, or 0x05nn4400); it is logged in with 0x050048nn, nn being four times its number, and again every 4 s.
**When it hears nothing for 13 s it falls back to its own default voltage and no current limit**: set that default (0x05nn9C00, by the maker's tool) below the battery's charge voltage. Status 0x05nn400C, an alarm, is a fault of the charger; what it is, is asked with 0x05nnBFFC.\n\n${frames([ELTEK_COMMAND, ELTEK_STATUS])}`,
  ],
  [
    "Charger: CANopen, CiA 419 in the manner of Delta-Q",
    `\`cia419Charger.enable\`, any bit rate, lowest byte first; the node id (\`cia419Charger.nodeId\`) is added to the identifiers. Source: one public decoder of the mapping of Delta-Q's ICL and RC series; bits of the status from that source alone.
The charger watches the heartbeat of this device's CANopen node (\`can.heartbeat_ms\`). One that waits for it is started over NMT (\`cia419Charger.start\`).\n\n${frames([CIA419_REQUEST, CIA419_MEASURED, CIA419_STATUS, CIA419_DETAIL])}`,
  ],
  [
    "Charger: any other",
    "`genericCharger`: identifiers, places, steps and the control byte are settings, for chargers whose maker gives them: no reliable public table was found for Zivan NG, Eltek EV Powercharger, MicroPower, OSN Power, CCS2 and Great Power. The settings below say each byte.",
  ],
];

const SHUNT = `\`shunt.enable\` takes the current from a frame of the bus instead of the Hall sensor. Identifier, place, width, byte order and step are settings; the presets are those of Isabellenhütte's IVT-S as delivered (0x521, byte 0 is 0 for the
current, bytes 2 to 5 in mA, highest first, 500 kbit/s). A frame with an error bit set (\`shunt.statusMask\`) is no sample, and silence is the error Shunt offline.`;

function alarmsSection(): string {
  const rows = FAULT_NAMES.map((name) => [
    `\`${name}\``,
    ALARM_OF[name] === "none" ? "not told" : ALARM_TITLES[ALARM_OF[name]],
    FAULT_ROWS[name].level,
  ]);
  return `An error that opens a path by its settings, or is critical, is an alarm; what opens nothing is a warning. Errors about a partner itself are not told to it: they would keep it off for ever.\n\n${table(["Error", "Heading", ""], rows)}`;
}

function gradeSection(): string {
  const times = gradeTimes("inverter", "pylontech");
  const chargers = gradeTimes("charger", "elcon");
  const rows = SITUATIONS.map(({ title, of, must, within }) => {
    const kinds: readonly string[] = of;
    const time = (kind: string, ms: number): string[] => (kinds.includes(kind) ? [`${kind} ${ms / 1000} s`] : []);
    return [
      upper(title),
      MUST[must],
      [...time("inverter", times[`${within}_ms`]), ...time("charger", chargers[`${within}_ms`])].join(", "),
    ];
  });
  return `\`bms grade inverter --profile NAME\` and \`bms grade charger --profile NAME\` play a battery to a partner on any adapter and tell whether it obeys. Before each situation current must flow the wanted way for long enough that a late answer to what went before is not taken for this one.
Current comes from the partner's own frames (SMA, chargers) or from a shunt on the same bus; what nobody can tell is not judged, and without either nothing is waited for. The bus is listened to first: whoever sends the battery's frames already must be taken off it. Times differ for some: frames may be missing for 3 s with Victron, 60 s with SMA, 13 s with Eltek.\n\n${table(["Situation", "It must", "Within"], rows)}`;
}

const MUST = {
  answer: "send its own frames",
  stopCharging: "stop charging",
  stopDischarging: "stop discharging",
  stop: "stop both",
  keepLimit: "keep the limits, within 5 % and 1 A",
  resume: "go on",
} as const;

const GROUPS = ["equipment", "inverter", "j1939Charger", "eltekCharger", "cia419Charger", "genericCharger", "shunt"];

function settingsSection(): string {
  const entries = SETTING_LIST.filter(({ name }) => GROUPS.includes(name.split(".")[0] ?? ""));
  return table(
    ["Setting", "Default", "Meaning"],
    entries.map(({ name, row }) => [`\`${name}\``, String(row.default), row.help]),
  );
}

export function equipmentChapter(): string {
  return chapter("Equipment on CAN", INTRO, [
    ...Object.values(INVERTER_PROFILES).map(inverterSection),
    ...CHARGERS,
    ["Shunt", SHUNT],
    ["What inverters are told of errors", alarmsSection()],
    ["Grading the other side", gradeSection()],
    ["Settings", settingsSection()],
  ]);
}
