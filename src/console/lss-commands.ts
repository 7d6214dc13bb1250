// The LSS commands of the gateway (CiA 309-3, 5.7; CiA 305): numbers in, a request to the LSS master out.

import { ask, type Command, fail, numberOf, type Place, type Row, SYNTAX } from "./grammar.ts";
import type { LssRequest } from "./requests.ts";

const numbers = (words: readonly string[], limits: readonly number[]): readonly number[] | undefined => {
  const values = limits.map((most, i) => numberOf(words[i], most));
  return words.length !== limits.length || values.includes(undefined) ? undefined : (values as number[]);
};

/** A row of an LSS command: limits of its numbers, and the request they make. */
const lss =
  (limits: readonly number[], make: (values: readonly number[]) => LssRequest): Row =>
  ({ words }) => {
    const values = numbers(words, limits);
    return values === undefined ? SYNTAX : ask({ kind: "lss", lss: make(values) });
  };

const U32 = 0xffff_ffff;
const SCAN_ms = 100;

function inquire({ words }: Place): Command {
  const part = words.length === 0 ? ALL_PARTS : numberOf(words[0], 3);
  return part === undefined || words.length > 1 ? SYNTAX : ask({ kind: "lss", lss: { service: "inquire", part } });
}

/** Of "lss_inquire_addr": all four numbers. */
export const ALL_PARTS = -1;

function setLssNode({ words }: Place): Command {
  const nodeId = numberOf(words[0], 0xff);
  if (nodeId === undefined || words.length !== 1) return SYNTAX;
  const isNode = (nodeId >= 1 && nodeId <= 127) || nodeId === 0xff;
  return isNode ? ask({ kind: "lss", lss: { service: "setNode", nodeId } }) : fail("lssNode");
}

function fastscan({ words }: Place): Command {
  const timeout_ms = words.length === 0 ? SCAN_ms : numberOf(words[0], 60_000);
  return timeout_ms === undefined || timeout_ms < 1 || words.length > 1
    ? SYNTAX
    : ask({ kind: "lss", lss: { service: "fastscan", timeout_ms } });
}

export const LSS_ROWS: Readonly<Record<string, Row>> = {
  lss_switch_glob: lss([1], ([state]) => ({ service: "switchGlobal", isConfiguration: state === 1 })),
  lss_switch_sel: lss([U32, U32, U32, U32], ([vendor, product, revision, serial]) => ({
    service: "switchSelective",
    address: [vendor, product, revision, serial],
  })),
  lss_set_node: setLssNode,
  lss_conf_bitrate: lss([0xff, 0xff], ([table, index]) => ({ service: "setBitRate", table, index })),
  lss_activate_bitrate: lss([0xffff], ([delay_ms]) => ({ service: "activateBitRate", delay_ms })),
  lss_store: lss([], () => ({ service: "store" })),
  lss_inquire_addr: inquire,
  lss_get_node: lss([], () => ({ service: "inquireNode" })),
  _lss_fastscan: fastscan,
};
