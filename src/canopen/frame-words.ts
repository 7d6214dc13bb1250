// Frames of CANopen in words, for a person who looks at the bus of a node: what service it is, of whom, and what it says; objects
// and PDOs of the node itself by name and value. Other nodes' PDOs are told by their number in the pre-defined connection set.

import type { CanFrame } from "../base/can-frame.ts";
import { hexDigits } from "../base/hex.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { abortText } from "./abort-codes.ts";
import { COB, canIdOf, hasBit31 } from "./cob-id.ts";
import { EMERGENCY_CODES } from "./emergency-codes.ts";
import { LSS } from "./lss.ts";
import { NMT_COMMANDS, STATE_CODES } from "./nmt-state.ts";
import type { Node } from "./node-state.ts";
import { getBits, type Mapping } from "./pdo-mapping.ts";
import { ABORT_COMMAND, BITS, CLIENT, expeditedData, numberIn, SERVER, specifierOf, targetOf } from "./sdo-protocol.ts";
import { valueText } from "./value-text.ts";

export type Said = {
  readonly name: string;
  readonly text: string;
  /** It carries a password: its bytes are not to be shown. */
  readonly isSecret?: true;
};

/** What is under way on the bus: a transfer whose next frames carry a password. */
export type Listener = { isSecret: boolean };
export const createListener = (): Listener => ({ isSecret: false });

type Say = (data: Uint8Array, of: number, node: Node | undefined, listener: Listener) => Said;

/** The pre-defined connection set (CiA 301, 7.3.5): the first id of each service, for nodes 1 to 127 or for all. */
const SERVICES: readonly { readonly first: number; readonly last: number; readonly say: Say }[] = [
  { first: COB.nmt, last: COB.nmt, say: (data) => ({ name: "NMT", text: nmtText(data) }) },
  { first: COB.sync, last: COB.sync, say: (data) => ({ name: "SYNC", text: data.length === 1 ? `${data[0]}` : "" }) },
  { first: 0x081, last: 0x0ff, say: (data, of) => ({ name: `EMCY of node ${of}`, text: emergencyText(data) }) },
  { first: COB.time, last: COB.time, say: () => ({ name: "TIME", text: "" }) },
  ...[1, 2, 3, 4].flatMap((n) => [
    { first: 0x081 + 0x100 * n, last: 0x0ff + 0x100 * n, say: pdoOf("TPDO", n) },
    { first: 0x101 + 0x100 * n, last: 0x17f + 0x100 * n, say: pdoOf("RPDO", n) },
  ]),
  { first: 0x581, last: 0x5ff, say: sayAnswer },
  { first: 0x601, last: 0x67f, say: sayRequest },
  { first: 0x701, last: 0x77f, say: (data, of) => ({ name: `heartbeat of node ${of}`, text: stateText(data) }) },
  { first: COB.lssAnswer, last: COB.lssAnswer, say: (data) => ({ name: "LSS answer", text: lssText(data) }) },
  { first: COB.lssRequest, last: COB.lssRequest, say: (data) => ({ name: "LSS request", text: lssText(data) }) },
];

/** What a frame is to the node; undefined: no CANopen. */
export function frameWords(listener: Listener, node: Node | undefined, frame: CanFrame): Said | undefined {
  const { id, extended, remote, data } = frame;
  if (extended) return undefined;
  const own = node === undefined ? undefined : ownPdo(node, id);
  if (own !== undefined) return { name: own.name, text: pdoText(node!, own.mapping, data) };
  const service = SERVICES.find(({ first, last }) => id >= first && id <= last);
  if (service === undefined) return undefined;
  if (remote) return { name: service.say(new Uint8Array(8), id & 0x7f, node, listener).name, text: "asked for" };
  return service.say(data, id & 0x7f, node, listener);
}

function pdoOf(kind: "TPDO" | "RPDO", n: number): Say {
  return (_, of) => ({ name: `${kind} ${n} of node ${of}`, text: "" });
}

/** PDOs of the node as its parameters have them now. */
function ownPdo(node: Node, id: number): { readonly name: string; readonly mapping: Mapping | undefined } | undefined {
  const { transmit, receive } = node.parameters;
  const isIt = ({ cobId }: { readonly cobId: number }): boolean => !hasBit31(cobId) && canIdOf(cobId) === id;
  const t = transmit.findIndex(isIt);
  if (t >= 0) return { name: `TPDO ${t + 1}`, mapping: node.transmit[t]?.mapping };
  const r = receive.findIndex(isIt);
  return r < 0 ? undefined : { name: `RPDO ${r + 1}`, mapping: node.receive[r]?.mapping };
}

function pdoText(node: Node, mapping: Mapping | undefined, data: Uint8Array): string {
  let at = 0;
  const texts: string[] = [];
  for (const { index, subIndex, bits, isDummy } of mapping?.objects ?? []) {
    if (at + bits > 8 * data.length) break;
    if (!isDummy) texts.push(entryText(node, index, subIndex, getBits(data, at, bits)));
    at += bits;
  }
  return texts.join(", ");
}

function entryText(node: Node | undefined, index: number, subIndex: number, bytes?: Uint8Array): string {
  const entry = node?.dictionary.get(index)?.entries[subIndex];
  const name = entry?.name ?? `${hexDigits(index, 4)}:${hexDigits(subIndex, 2)}`;
  if (bytes === undefined) return name;
  return entry === undefined ? name : `${name} ${scaled(valueText(entry, bytes))}`;
}

/** The vendor counts some values in steps: "-123 0.1 A" are -12.3 A. */
const scaled = (text: string): string =>
  text.replace(
    /^(-?\d+) (\d+\.\d+) (\S+)$/,
    (_, count, step, unit) => `${Number((count * step).toPrecision(7))} ${unit}`,
  );

const wordOf = (table: Readonly<Record<string, number>>, code: number | undefined): string =>
  Object.keys(table).find((word) => table[word] === code) ?? (code === undefined ? "" : `0x${hexDigits(code, 2)}`);

function nmtText([command, node]: Uint8Array): string {
  return `${wordOf(NMT_COMMANDS, command)}, ${node === 0 ? "all nodes" : `node ${node}`}`;
}

const stateText = ([state = 0]: Uint8Array): string => (state === 0 ? "boot-up" : wordOf(STATE_CODES, state & 0x7f));

const lssText = ([command]: Uint8Array): string => wordOf(LSS, command);

function emergencyText(data: Uint8Array): string {
  const code = (data[0] ?? 0) + ((data[1] ?? 0) << 8);
  if (code === 0) return "error reset or no error";
  const fault = Object.entries(EMERGENCY_CODES).find(([, row]) => row.code === code)?.[0];
  return `0x${hexDigits(code, 4)}${fault === undefined ? "" : ` ${fault}`}`;
}

const SECRETS: ReadonlySet<string> = new Set(["session.login", "settings", ...SECRET_SETTINGS]);

/** What a client sends to the server of a node: names are those of our own dictionary. */
function sayRequest(data: Uint8Array, of: number, node: Node | undefined, listener: Listener): Said {
  const name = `SDO to node ${of}`;
  if (data.length < 8) return { name, text: "" };
  const ours = of === node?.nodeId ? node : undefined;
  const { index, subIndex } = targetOf(data);
  const entry = entryText(ours, index, subIndex);
  const isInitiate = specifierOf(data) === CLIENT.download || specifierOf(data) === CLIENT.blockDownload;
  if (isInitiate) listener.isSecret = SECRETS.has(entry);
  if (data[0] === ABORT_COMMAND) return { name, text: `abort ${entry}: ${abortText(numberIn(data))}` };
  switch (specifierOf(data)) {
    case CLIENT.upload:
      return { name, text: `read ${entry}` };
    case CLIENT.blockUpload:
      return { name, text: (data[0]! & 3) === 0 ? `read ${entry} in blocks` : "block transfer" };
    case CLIENT.download:
      return { name, ...written(ours, data, listener) };
    case CLIENT.blockDownload:
      return { name, text: (data[0]! & 1) === 0 ? `write ${entry} in blocks` : "end of blocks" };
    default:
      return { name, text: "segment", ...(listener.isSecret ? { isSecret: true } : {}) };
  }
}

function written(node: Node | undefined, data: Uint8Array, listener: Listener): Omit<Said, "name"> {
  const { index, subIndex } = targetOf(data);
  const isWhole = (data[0]! & BITS.expedited) !== 0;
  if (listener.isSecret)
    return { text: `write ${entryText(node, index, subIndex)}`, ...(isWhole ? { isSecret: true } : {}) };
  return { text: `write ${entryText(node, index, subIndex, isWhole ? expeditedData(data) : undefined)}` };
}

function sayAnswer(data: Uint8Array, of: number, node: Node | undefined): Said {
  const name = `SDO from node ${of}`;
  if (data.length < 8) return { name, text: "" };
  const ours = of === node?.nodeId ? node : undefined;
  const { index, subIndex } = targetOf(data);
  const entry = entryText(ours, index, subIndex);
  if (data[0] === ABORT_COMMAND) return { name, text: `abort ${entry}: ${abortText(numberIn(data))}` };
  switch (specifierOf(data)) {
    case SERVER.upload:
      return {
        name,
        text:
          (data[0]! & BITS.expedited) !== 0
            ? entryText(ours, index, subIndex, expeditedData(data))
            : `${entry} follows`,
      };
    case SERVER.download:
      return { name, text: `${entry} is written` };
    case SERVER.blockUpload:
    case SERVER.blockDownload:
      return { name, text: "block transfer" };
    default:
      return { name, text: "segment" };
  }
}
