// The commands of the gateway (CiA 309-3, 5.3 to 5.7) and of people, as rows: words in, what is to be done out. Node and net may
// stand before a command; what is missing comes from "set".

import { bytesOf, type Datatype, isDatatype } from "./datatypes.ts";
import {
  ask,
  type Command,
  fail,
  type Grounds,
  numberOf,
  type Place,
  type Row,
  type Setting,
  SYNTAX,
} from "./grammar.ts";
import { LSS_ROWS } from "./lss-commands.ts";
import type { Directory, NmtCommand } from "./requests.ts";

/** The command that words make. */
export function commandOf(words: readonly string[], grounds: Grounds): Command {
  if (words.length === 0) return { kind: "nothing" };
  const leading = words.findIndex((word) => !/^\d+$/.test(word));
  if (leading < 0 || leading > 2) return SYNTAX;
  const numbers = words.slice(0, leading).map((word) => numberOf(word, 0xffff));
  if (numbers.includes(undefined)) return SYNTAX;
  const node = leading > 0 ? numbers[leading - 1] : grounds.node;
  const net = leading === 2 ? numbers[0] : grounds.net;
  if (net !== undefined && net !== grounds.ownNet) return fail("net");
  const row = rowOf(words[leading]);
  if (row === undefined) return SYNTAX;
  return row({ words: words.slice(leading + 1), grounds, node });
}

function rowOf(word: string): Row | undefined {
  const name = word.toLowerCase();
  return Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
}

/** The node that a transfer is for: 1 to 127. Without one said or set it is this device, also when it has no node-ID (255). */
function transferNode({ grounds, node }: Place): number | undefined {
  if (node === undefined) return grounds.ownNode();
  return node >= 1 && node <= 127 ? node : undefined;
}

/** Index and sub-index, or a name in their place; what follows them. */
function target(
  place: Place,
): { index: number; subIndex: number; rest: readonly string[]; named: ReturnType<Directory["find"]> } | undefined {
  const { words, grounds } = place;
  const index = numberOf(words[0], 0xffff);
  if (index === undefined) {
    const named = words[0] === undefined ? undefined : grounds.directory.find(words[0]);
    return named === undefined
      ? undefined
      : { index: named.index, subIndex: named.subIndex, rest: words.slice(1), named };
  }
  const subIndex = numberOf(words[1], 0xff);
  if (subIndex === undefined) return undefined;
  return { index, subIndex, rest: words.slice(2), named: grounds.directory.at(index, subIndex) };
}

function read(place: Place): Command {
  const found = target(place);
  if (found === undefined) return unknown(place);
  const { index, subIndex, rest, named } = found;
  const node = transferNode(place);
  if (node === undefined) return fail("node");
  if (rest.length > 1 || (rest.length === 1 && !isDatatype(lower(rest[0])))) return SYNTAX;
  const isOwn = node === place.grounds.ownNode();
  const type = rest.length === 1 ? (lower(rest[0]) as Datatype) : isOwn ? named?.type : undefined;
  const words = rest.length === 0 && isOwn ? named?.words : undefined;
  return {
    ...{ kind: "request", request: { kind: "read", node, index, subIndex }, type: type ?? "hex" },
    ...(words && { words }),
  };
}

const lower = (word: string): string => word.toLowerCase();

/** A name that is none gets a hint; anything else is a syntax error. */
function unknown({ words }: Place): Command {
  const isName = words[0] !== undefined && /^[a-z]/i.test(words[0]);
  return isName ? fail("syntax", `no such name: ${words[0].slice(0, 40)}; "list" shows them`) : SYNTAX;
}

function write(place: Place): Command {
  const found = target(place);
  if (found === undefined) return unknown(place);
  const { index, subIndex, rest, named } = found;
  const node = transferNode(place);
  if (node === undefined) return fail("node");
  const isTyped = rest.length >= 2 && isDatatype(lower(rest[0]));
  const type = isTyped ? (lower(rest[0]) as Datatype) : named?.type;
  const values = isTyped ? rest.slice(1) : rest;
  if (type === undefined || values.length === 0) return SYNTAX;
  const text = worded(values.join(" "), isTyped ? undefined : named?.words);
  const data = bytesOf(type, text);
  return data === undefined ? SYNTAX : ask({ kind: "write", node, index, subIndex, data });
}

/** The number of a word, where values have words. */
function worded(text: string, words: readonly string[] | undefined): string {
  const at = words?.findIndex((word) => lower(word) === lower(text)) ?? -1;
  return at < 0 ? text : String(at);
}

const nmt =
  (command: NmtCommand): Row =>
  (place) => {
    if (place.words.length > 0) return SYNTAX;
    const { node } = place;
    if (node === undefined) return fail("noNode");
    return node > 127 ? fail("node") : ask({ kind: "nmt", node, command });
  };

function reset(place: Place): Command {
  const what = lower(place.words[0] ?? "");
  if (place.words.length !== 1) return SYNTAX;
  if (what === "node") return nmt("resetNode")({ ...place, words: [] });
  return what.length >= 4 && "communication".startsWith(what)
    ? nmt("resetCommunication")({ ...place, words: [] })
    : SYNTAX;
}

/** Least and largest value of what "set" sets. */
const SETTINGS: Readonly<Record<Setting, readonly [number, number]>> = {
  network: [0, 0xffff],
  node: [0, 127],
  sdo_timeout: [1, 60_000],
  sdo_block: [0, 1],
  events: [0, 1],
  echo: [0, 1],
};

function set({ words, grounds }: Place): Command {
  const name = lower(words[0] ?? "");
  if (words.length !== 2 || !Object.hasOwn(SETTINGS, name)) return SYNTAX;
  const [least, most] = SETTINGS[name as Setting];
  const value = numberOf(words[1], 0xffff_ffff);
  if (value === undefined) return SYNTAX;
  if (name === "network" && value !== grounds.ownNet) return fail("net");
  if (name === "node" && value > most) return fail("node");
  return value < least || value > most ? SYNTAX : { kind: "set", name: name as Setting, value };
}

function watch({ words, grounds }: Place): Command {
  if (words.length === 0 || (words.length === 1 && lower(words[0]) === "off")) return { kind: "unwatch" };
  const last = numberOf(words.at(-1), 3_600_000);
  const names = last === undefined ? words : words.slice(0, -1);
  const missing = names.find((name) => grounds.directory.find(name) === undefined);
  if (missing !== undefined) return unknown({ words: [missing], grounds, node: undefined });
  if (names.length === 0 || names.length > MOST_WATCHED || (last !== undefined && last < 100)) return SYNTAX;
  return { kind: "watch", names, period_ms: last ?? 1000 };
}

const MOST_WATCHED = 16;

const alone =
  (command: Command): Row =>
  ({ words }) =>
    words.length === 0 ? command : SYNTAX;
const login: Row = ({ words }) => (words.length === 1 ? ask({ kind: "login", password: words[0] }) : SYNTAX);
const info: Row = ({ words }) => (words.length === 1 && lower(words[0]) === "version" ? { kind: "info" } : SYNTAX);
const unsupported: Row = () => fail("notSupported");

/** Every command by its word. */
const ROWS: Readonly<Record<string, Row>> = {
  r: read,
  read,
  w: write,
  write,
  start: nmt("start"),
  stop: nmt("stop"),
  preop: nmt("preoperational"),
  preoperational: nmt("preoperational"),
  reset,
  set,
  info,
  ...LSS_ROWS,
  enable: unsupported,
  disable: unsupported,
  init: unsupported,
  store: unsupported,
  restore: unsupported,
  help: ({ words }) => (words.length > 1 ? SYNTAX : { kind: "help", topic: lower(words[0] ?? "") }),
  "?": alone({ kind: "help", topic: "" }),
  list: ({ words }) => (words.length > 1 ? SYNTAX : { kind: "list", filter: words[0] ?? "" }),
  watch,
  login,
  logout: alone({ kind: "logout" }),
};

export const COMMAND_WORDS: readonly string[] = Object.keys(ROWS);
