// The LSS slave (CiA 305): a master finds the node by its identity, or by fastscan while it has no node-ID, and gives it a
// node-ID and a bit rate. A new node-ID comes into force with the next reset of communication.

import type { Outcome } from "../model/asking.ts";
import { COB } from "./cob-id.ts";
import { BIT_RATES_kbit, FASTSCAN_RESET, LSS, lssFrame, lssValue } from "./lss.ts";
import { NEVER_us, type Node, type NodeIdentity, UNCONFIGURED } from "./node-state.ts";
import { sendFrame, tell } from "./node-step.ts";
import type { FileOutcome } from "./object.ts";
import { openTicket } from "./tickets.ts";

export type LssSlaveState = {
  mode: "waiting" | "configuration";
  /** How many parts of the address have matched, of selecting and of identifying. */
  selected: number;
  identified: number;
  /** The part of the address a fastscan looks at. */
  scanned: number;
  /** A bit rate that was configured. */
  bitRate_kbit: number | undefined;
  /** When it comes into force. */
  switch_us: number;
};

/** In waiting mode, selected by nobody. */
export const createLssSlave = (): LssSlaveState => ({
  mode: "waiting",
  ...{ selected: 0, identified: 0, scanned: 0, bitRate_kbit: undefined, switch_us: NEVER_us },
});

const DEFAULT_RATES_kbit: readonly number[] = [125, 250, 500, 1000];
const OUT_OF_RANGE = 1;
const CANNOT_STORE = 1;
const NOT_STORED = 2;
/** A code of ours behind FFh: whoever changes settings has to log in first, by SDO. */
const NOT_ALLOWED = 0x01ff;

const addressOf = ({ vendorId, productCode, revision, serial }: NodeIdentity): readonly number[] => [
  ...[vendorId, productCode, revision, serial],
];

const answer = (node: Node, command: number, value = 0): void =>
  sendFrame(node.out, COB.lssAnswer, lssFrame(command, value));

/** A frame of the master; those of another length are ignored. @returns whether the node-ID it left with wants a reset */
export function takeLss(node: Node, data: Uint8Array): "reset" | undefined {
  if (data.length !== 8) return undefined;
  const command = data[0];
  if (command === LSS.switchGlobal) return switchGlobal(node, data[1]);
  if (command >= LSS.selectVendor && command <= LSS.selectSerial)
    select(node, command - LSS.selectVendor, lssValue(data));
  else if (command >= LSS.identifyVendor && command <= LSS.identifySerialHigh) identify(node, command, lssValue(data));
  else if (command === LSS.identifyUnconfigured) identifyUnconfigured(node);
  else if (command === LSS.fastscan) fastscan(node, data);
  else if (node.lss.mode === "configuration") configure(node, data);
  return undefined;
}

/** Leaving with a node-ID where there was none starts the node. */
function switchGlobal(node: Node, mode: number): "reset" | undefined {
  const { lss } = node;
  const was = lss.mode;
  if (mode > 1) return undefined;
  lss.mode = mode === 1 ? "configuration" : "waiting";
  lss.selected = 0;
  const isLeft = was === "configuration" && mode === 0;
  return isLeft && node.nodeId === UNCONFIGURED && node.nextNodeId !== UNCONFIGURED ? "reset" : undefined;
}

/** Vendor, product, revision and serial, one after the other. */
function select(node: Node, part: number, value: number): void {
  const { lss, options } = node;
  if (part === 0) lss.selected = 0;
  const matches = lss.selected === part && addressOf(options.identity)[part] === value;
  lss.selected = matches ? part + 1 : 0;
  if (lss.selected < 4 || lss.mode !== "waiting") return;
  lss.selected = 0;
  lss.mode = "configuration";
  answer(node, LSS.selected);
}

/** As selecting, with a range of revisions and of serial numbers; who is in it says so. */
function identify(node: Node, command: number, value: number): void {
  const { lss } = node;
  const step = command - LSS.identifyVendor;
  if (step === 0) lss.identified = 0;
  lss.identified = lss.identified === step && isIdentified(node.options.identity, command, value) ? step + 1 : 0;
  if (lss.identified < 6) return;
  lss.identified = 0;
  answer(node, LSS.identified);
}

function isIdentified(
  { vendorId, productCode, revision, serial }: NodeIdentity,
  command: number,
  value: number,
): boolean {
  switch (command) {
    case LSS.identifyVendor:
      return value === vendorId;
    case LSS.identifyProduct:
      return value === productCode;
    case LSS.identifyRevisionLow:
      return value <= revision;
    case LSS.identifyRevisionHigh:
      return value >= revision;
    case LSS.identifySerialLow:
      return value <= serial;
    default:
      return value >= serial;
  }
}

const isWithoutNodeId = ({ nodeId, nextNodeId }: Node): boolean =>
  nodeId === UNCONFIGURED && nextNodeId === UNCONFIGURED;

function identifyUnconfigured(node: Node): void {
  if (isWithoutNodeId(node)) answer(node, LSS.unconfigured);
}

/** Compares the high bits of one part of the address, down to BitCheck. */
function fastscan(node: Node, data: Uint8Array): void {
  const { lss, options } = node;
  const [bitCheck, sub, next] = [data[5], data[6], data[7]];
  if (!isWithoutNodeId(node) || lss.mode !== "waiting") return;
  if (bitCheck === FASTSCAN_RESET) {
    lss.scanned = 0;
    answer(node, LSS.identified);
    return;
  }
  if (bitCheck > 31 || sub > 3 || next > 3 || lss.scanned !== sub) return;
  const differing = (addressOf(options.identity)[sub] ^ lssValue(data)) >>> bitCheck;
  if (differing !== 0) return;
  answer(node, LSS.identified);
  if (bitCheck > 0) return;
  lss.scanned = next;
  if (next < sub) lss.mode = "configuration";
}

function configure(node: Node, data: Uint8Array): void {
  const address = addressOf(node.options.identity);
  const [command] = data;
  if (command === LSS.configureNodeId) answer(node, command, configureNodeId(node, data[1]));
  if (command === LSS.configureBitRate) answer(node, command, configureBitRate(node, data[1], data[2]));
  if (command === LSS.activateBitRate) activate(node, data[1] + (data[2] << 8));
  if (command === LSS.store) store(node);
  if (command >= LSS.inquireVendor && command <= LSS.inquireSerial)
    answer(node, command, address[command - LSS.inquireVendor]);
  if (command === LSS.inquireNodeId) answer(node, command, node.nodeId);
}

function configureNodeId(node: Node, nodeId: number): number {
  if (nodeId !== UNCONFIGURED && (nodeId < 1 || nodeId > 127)) return OUT_OF_RANGE;
  node.nextNodeId = nodeId;
  return 0;
}

function configureBitRate(node: Node, table: number, index: number): number {
  const bitRate_kbit = table === 0 ? BIT_RATES_kbit[index] : undefined;
  const offered: readonly number[] = node.options.bitRates_kbit ?? DEFAULT_RATES_kbit;
  if (bitRate_kbit === undefined || !offered.includes(bitRate_kbit)) return OUT_OF_RANGE;
  node.lss.bitRate_kbit = bitRate_kbit;
  return 0;
}

/** One delay until the switch, one more before anything is sent. */
function activate(node: Node, delay_ms: number): void {
  if (node.lss.bitRate_kbit === undefined) return;
  node.lss.switch_us = node.now_us + delay_ms * 1000;
  node.silentUntil_us = node.now_us + 2 * delay_ms * 1000;
}

/** The delay of "activate bit timing" is over: the controller is to be switched (CiA 305). */
export function pollLss(node: Node): void {
  const { lss } = node;
  if (node.now_us < lss.switch_us || lss.bitRate_kbit === undefined) return;
  lss.switch_us = NEVER_us;
  tell(node.out, { kind: "bitRate", bitRate_kbit: lss.bitRate_kbit });
}

function store(node: Node): void {
  if (node.nextNodeId === UNCONFIGURED) answer(node, LSS.store, CANNOT_STORE);
  else if (node.options.mayStoreSettings?.() === false) answer(node, LSS.store, NOT_ALLOWED);
  else storeSettings(node);
}

/** What was configured becomes the device's setting; there is none for a node without node-ID. */
function storeSettings(node: Node): void {
  const { nextNodeId, lss } = node;
  const changes = {
    "can.nodeId": nextNodeId,
    ...(lss.bitRate_kbit === undefined ? {} : { "can.bitRate": String(lss.bitRate_kbit) }),
  };
  const asked = { kind: "ask", asks: [{ kind: "set", changes, actor: "LSS master" }] } as const;
  openTicket(node.tickets, node.out, asked, (outcome) => answer(node, LSS.store, isTaken(outcome) ? 0 : NOT_STORED));
}

const isTaken = (outcome: Outcome | FileOutcome): boolean =>
  outcome.kind === "answers" && outcome.answers.every(({ ok }) => ok);
