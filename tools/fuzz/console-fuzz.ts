// Bad input for the console, from a seed: commands that are right, changed ones, long lines, bytes that are no text, several lines in one
// piece and lines in pieces, over the real desk. It may not throw, every numbered line is answered once, and without a login nothing
// changes but what the rules leave open. Used by a test in short and by `npm run fuzz`.

import { createRandom, type Random, uniform } from "../../src/base/random.ts";
import { echoOf } from "../../src/console/line-reader.ts";
import type { ConsolePort } from "../../src/device/console-port.ts";
import type { Asking } from "../../src/model/asking.ts";
import { COMMANDS } from "../../src/model/commands.ts";
import { type ConsoleRig, createConsoleRig } from "./console-rig.ts";

export type ConsoleFuzzCount = {
  lines: number;
  answered: number;
  refused: number;
  /** Consoles, and those on which somebody was logged in and has changed a setting. */
  consoles: number;
  logins: number;
};

type Fuzz = {
  readonly random: Random;
  readonly rig: ConsoleRig;
  readonly names: readonly string[];
  readonly counts: ConsoleFuzzCount;
};

const below = (random: Random, end: number): number => Math.floor(uniform(random) * end);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;

/** Lines on one console; then whoever sits there is gone. */
const SITTING = 100;

/** @param told hears how many lines are done */
export async function fuzzConsole(
  seed: number,
  lines: number,
  told: (done: number) => void = () => {},
): Promise<ConsoleFuzzCount> {
  const counts: ConsoleFuzzCount = { lines: 0, answered: 0, refused: 0, consoles: 0, logins: 0 };
  const rig = createConsoleRig();
  rig.device.login = "wrong";
  const names = [...rig.node.dictionary.values()].flatMap(({ entries }) =>
    entries.flatMap((entry) => entry?.name ?? []),
  );
  const fuzz: Fuzz = { random: createRandom(seed), rig, names, counts };
  while (counts.lines < lines) {
    await sit(fuzz);
    told(counts.lines);
  }
  return counts;
}

async function sit(fuzz: Fuzz): Promise<void> {
  const { random, rig, counts } = fuzz;
  const isLocal = below(random, 2) === 0;
  const heard: string[] = [];
  const port = rig.attach({ actor: `console ${counts.consoles++}`, isLocal }, (text) => heard.push(text));
  const isLoggedIn = below(random, 5) === 0 && (await logIn(fuzz, port, heard));
  if (isLoggedIn) await change(fuzz, port, heard);
  const before = changing(rig);
  for (let line = 0; line < SITTING; line++) {
    rig.device.now_us += below(random, 200_000);
    await say(fuzz, port, heard);
    if (!isLoggedIn) judge(rig, isLocal, heard);
    rig.device.asked.length = 0;
    rig.given.length = 0;
  }
  if (!isLoggedIn) check(changing(rig) === before, "something has changed", heard);
  port.close();
}

/** The right password, once. The next attempts are wrong again. */
async function logIn({ rig }: Fuzz, port: ConsolePort, heard: string[]): Promise<boolean> {
  rig.device.now_us += 3_600_000_000; // wrong guesses are forgotten
  rig.device.login = "granted";
  port.take(Buffer.from("login right\r\n"));
  await settled(rig);
  rig.device.login = "wrong";
  return heard.splice(0).join("") === "OK\r\n";
}

/** Whoever is logged in can: what the others may not do is not merely broken. */
async function change({ rig, counts }: Fuzz, port: ConsolePort, heard: string[]): Promise<void> {
  const address = `Cellar ${++counts.logins}`;
  port.take(Buffer.from(`w user.address "${address}"\r\nw session.commit 1\r\n`));
  await settled(rig);
  check(rig.device.bms.settings.user.address === address, "a login that changes nothing", heard);
}

/** All that may not change without a login. */
const changing = ({ device, node }: ConsoleRig): string =>
  JSON.stringify([device.bms.settings, node.parameters, node.stored, node.nodeId, node.state]);

/** Throws where a promise breaks. */
function check(holds: boolean, what: string, heard: readonly string[]): void {
  if (!holds) throw new Error(`${what}; last said: ${heard.slice(-3).join("").slice(-300)}`);
}

const isService = (asking: Asking): boolean =>
  asking.kind === "set" || (asking.kind === "command" && COMMANDS[asking.command].role === "service");

function judge({ device, given }: ConsoleRig, isLocal: boolean, heard: readonly string[]): void {
  const { asked } = device;
  check(!asked.some(isService), "a setting or a service command without a login", heard);
  check(isLocal || asked.length === 0, "an order from afar without a login", heard);
  const more = given.filter((what) => !isLocal || !what.startsWith("nmt"));
  check(more.length === 0, `to others without a login: ${more.join(", ")}`, heard);
}

async function say({ random, rig, names, counts }: Fuzz, port: ConsolePort, heard: string[]): Promise<void> {
  const numbered = below(random, 3) === 0 ? undefined : counts.lines;
  const line = lineOf(random, names);
  const whole = Buffer.concat([Buffer.from(numbered === undefined ? "" : `[${numbered}] `), line, END]);
  const cut = below(random, 4) === 0 ? below(random, whole.length) : whole.length;
  heard.length = 0;
  port.take(whole.subarray(0, cut));
  if (cut < whole.length) port.take(whole.subarray(cut));
  await settled(rig);
  counts.lines++;
  const [text, echo] = [heard.join(""), echoOf(whole)];
  tally(counts, text.startsWith(echo) ? text.slice(echo.length) : text, numbered, line);
}

const END = Buffer.from("\r\n");

/** A line that breaks in two, or of which a part is taken back, is several; any other has one answer with its number. */
function tally(counts: ConsoleFuzzCount, text: string, numbered: number | undefined, line: Uint8Array): void {
  if (text.includes("ERROR:")) counts.refused++;
  else if (text !== "") counts.answered++;
  const isOne = !line.some((byte) => [0x03, 0x08, 0x0a, 0x0d, 0x7f].includes(byte)) && line.length < 900;
  if (numbered === undefined || !isOne || !isText(line)) return;
  const answers = text.split("\r\n").filter((each) => each.startsWith(`[${numbered}] `));
  check(answers.length === 1, `${answers.length} answers to ${Buffer.from(line).toString().slice(0, 200)}`, [text]);
}

const isText = (line: Uint8Array): boolean =>
  line.every((byte) => byte >= 0x20 || byte === 0x09) && !Buffer.from(line).toString().includes("\ufffd");

/** Nobody waits for the bus any more. */
async function settled(rig: ConsoleRig): Promise<void> {
  for (let turns = 0; turns < 4 || rig.waiting > 0; turns++) await null;
}

const VALUES = [
  "0",
  "1",
  "2",
  "16",
  "0xFF",
  "-1",
  "3.7",
  "1e9",
  "NaN",
  '"two words"',
  "Cellar",
  "yes",
  "off",
  "LFP",
  "",
];
const TYPES = [
  "b",
  "u8",
  "u16",
  "u32",
  "u64",
  "i8",
  "i16",
  "i32",
  "i64",
  "x8",
  "x16",
  "x32",
  "r32",
  "r64",
  "vs",
  "os",
  "d",
  "t",
  "q",
];
const INDEXES = [
  "0x1010",
  "0x1011",
  "0x1017",
  "0x1018",
  "0x5802",
  "0x5803",
  "0x5820",
  "0x4000",
  "0x2000",
  "0x1F80",
  "32",
  "0x1A00",
];
const NODES = ["", "", "", "32 ", "5 ", "0 ", "1 32 ", "1 5 ", "2 5 ", "128 "];
const ALONE = [
  ...["start", "stop", "preop", "reset node", "reset comm", "info version", "help", "help lss", "help datatype", "?"],
  ...["logout", "list soc", "list", "watch off", "watch soc 100", "lss_store", "lss_get_node", "lss_switch_glob 1"],
  ...["lss_set_node 40", "lss_conf_bitrate 0 2", "lss_activate_bitrate 100", "lss_inquire_addr", "_lss_fastscan 1"],
  ...[
    "lss_switch_sel 0 0x21 1 0",
    "set node 0",
    "set node 5",
    "set network 1",
    "set sdo_timeout 100",
    "set sdo_block 1",
  ],
  ...["set events 1", "set echo 0", "store", "restore", "init 0", "enable guarding 5", "login guess", 'login "a b"'],
];

/** Writes that the protocol takes, to objects that settings, communication and other nodes hang on. */
const TEMPTING = [
  ...["0x1017 0 u16 500", "0x1010 1 u32 0x65766173", "0x1011 1 u32 0x64616F6C", "0x1F80 0 u32 4", "0x1005 0 u32 0x81"],
  ...["0x1800 2 u8 254", "0x1014 0 u32 0x80000081", "0x1006 0 u32 1000", "0x1029 1 u8 1", "session.commit 1"],
  ...[
    "battery.cells 15",
    "can.nodeId 40",
    "protections.overvoltage.limit_V 3.7",
    "user.address Attic",
    "session.commit u8 1",
  ],
  ...[
    "settings vs '{}'",
    "command.restart 0",
    "command.resetParameters 0",
    "session.acknowledge 65535",
    "session.login guess",
  ],
];

function lineOf(random: Random, names: readonly string[]): Uint8Array {
  const kind = below(random, 12);
  if (kind === 0) return noise(random, below(random, 60));
  if (kind === 1) return noise(random, pick(random, [1000, 1023, 1024, 1025, 5000]));
  const line = Buffer.from(goodLine(random, names));
  return kind < 5 ? mutated(random, line) : line;
}

const noise = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => below(random, 256));

/** A command that means something, its values not always. */
function goodLine(random: Random, names: readonly string[]): string {
  const node = pick(random, NODES);
  const object = below(random, 2) === 0 ? pick(random, names) : `${pick(random, INDEXES)} ${below(random, 6)}`;
  switch (below(random, 5)) {
    case 4:
      return `${node}w ${pick(random, TEMPTING)}`;
    case 0:
      return `${node}r ${object}${below(random, 3) === 0 ? ` ${pick(random, TYPES)}` : ""}`;
    case 1:
      return `${node}w ${object} ${pick(random, TYPES)} ${pick(random, VALUES)}`;
    case 2:
      return `${node}w ${pick(random, [object, object, "session.commit"])} ${pick(random, VALUES)}`;
    default:
      return `${node}${pick(random, ALONE)}`;
  }
}

function mutated(random: Random, line: Buffer): Uint8Array {
  const at = below(random, line.length + 1);
  switch (below(random, 4)) {
    case 0:
      return Buffer.concat([line.subarray(0, at), line.subarray(at + 1)]);
    case 1:
      return Buffer.concat([line.subarray(0, at), noise(random, 1 + below(random, 3)), line.subarray(at)]);
    case 2:
      return Buffer.concat([line.subarray(0, at), Buffer.from(" "), line]);
    default:
      return Buffer.from(line.map((byte, i) => (i === at ? byte ^ (1 << below(random, 8)) : byte)));
  }
}
