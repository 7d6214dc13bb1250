// bms canopen nmt and scan: starts, stops and resets nodes (CiA 301, 7.2.8), and tells who is on the bus: nodes that are heard, and
// those that answer when asked who they are.

import { Argument, type Command } from "commander";
import { ABORT } from "../canopen/abort-codes.ts";
import { numberOf, textOf } from "../canopen/data-types.ts";
import { hasUnconfigured } from "../canopen/lss-master.ts";
import type { NmtCommand, NmtState } from "../canopen/nmt-state.ts";
import {
  type BusOptions,
  type CanopenBus,
  CanopenFailure,
  fail,
  hex32,
  type NodeOptions,
  nodeOf,
  onBus,
  withBus,
  withNode,
} from "./canopen-target.ts";
import { wholeNumber } from "./modbus-target.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

const COMMANDS: Readonly<Record<string, NmtCommand>> = {
  ...{
    start: "start",
    stop: "stop",
    preop: "enterPreOperational",
    reset: "resetNode",
    "reset-comm": "resetCommunication",
  },
};

const NMT_HELP = `
start: Operational, PDOs run. stop: Stopped, nothing but heartbeat. preop: Pre-operational, no PDOs. reset: as switched off and on.
reset-comm: parameters of communication as stored. Nodes do not answer; "bms canopen scan" tells their state.`;

export function registerNmt(canopen: Command): void {
  withNode(canopen.command("nmt").description("Start, stop and reset a node, or all."))
    .addArgument(new Argument("<command>", "what it is to do").choices(Object.keys(COMMANDS)))
    .addHelpText("after", `${NMT_HELP}\nWith --node all it is for all nodes.`)
    .action(async (word: string, options: NodeOptions) => {
      const node = options.node === "all" ? 0 : nodeOf(options.node);
      await onBus(options, async ({ master }) => {
        master.nmt(node, COMMANDS[word]!);
        const to = node === 0 ? "all nodes" : `node ${node}`;
        process.stdout.write(
          options.json === true ? `${JSON.stringify({ sent: word, node })}\n` : `sent to ${to}: ${word}\n`,
        );
      });
    });
}

type ScanOptions = BusOptions & { readonly from: string; readonly to: string; readonly listen: string };

type Found = {
  readonly node: number;
  /** Of its last heartbeat; undefined: none was heard. */
  readonly state: string | undefined;
  /** What it says of itself; undefined: it answers no SDO. */
  readonly self: Self | undefined;
};
type Self = {
  readonly deviceType: number | undefined;
  readonly name: string;
  /** 1018h: vendor, product, revision, serial number; shorter where it has fewer. */
  readonly identity: readonly number[];
};

/** Nodes asked at once: a tenth of the bus at 250 kbit/s. */
const AT_ONCE = 16;
const STATES: Readonly<Record<NmtState, string>> = {
  initialising: "booting",
  stopped: "stopped",
  operational: "operational",
  preOperational: "pre-operational",
};

export function registerScan(canopen: Command): void {
  withBus(canopen.command("scan").description("Find the nodes that are heard or answer, and who they are."), "200")
    .option("--from <id>", "first node id", "1")
    .option("--to <id>", "last node id", "127")
    .option("--listen <ms>", "wait so long for heartbeats", "1200")
    .action(async (options: ScanOptions) => {
      const [from, to] = [wholeNumber("--from", options.from, 1, 127), wholeNumber("--to", options.to, 1, 127)];
      if (to < from) throw new UsageError("--to must not be less than --from");
      const listen_ms = wholeNumber("--listen", options.listen, 0, 600_000);
      await onBus(options, async (bus) => {
        const listening = new Promise((resolve) => setTimeout(resolve, listen_ms));
        const selves = await askAll(bus, from, to);
        await bus.during(listening);
        const isUnconfigured = await bus.during(bus.master.lss(hasUnconfigured(), bus.timeout_ms * 1000));
        tell(foundOf(bus, selves, from, to), isUnconfigured, options.json === true);
      });
    });
}

async function askAll(bus: CanopenBus, from: number, to: number): Promise<ReadonlyMap<number, Self>> {
  const selves = new Map<number, Self>();
  for (let first = from; first <= to; first += AT_ONCE) {
    const nodes = Array.from({ length: Math.min(AT_ONCE, to - first + 1) }, (_, i) => first + i);
    const answers = await Promise.all(nodes.map((node) => selfOf(bus, node)));
    answers.forEach((self, i) => {
      if (self !== undefined) selves.set(nodes[i]!, self);
    });
  }
  return selves;
}

/** Undefined: nobody answers. */
async function selfOf(bus: CanopenBus, node: number): Promise<Self | undefined> {
  const ask = (index: number, subIndex: number) =>
    bus.during(bus.master.read(node, index, subIndex, { timeout_ms: bus.timeout_ms, isBlock: false }));
  const type = await ask(0x1000, 0);
  if (!type.ok && type.abort === ABORT.timeout && type.by === "client") return undefined;
  const name = await ask(0x1008, 0);
  const identity: number[] = [];
  for (let part = 1; part <= 4; part++) {
    const result = await ask(0x1018, part);
    if (!result.ok || result.data.length !== 4) break;
    identity.push(numberOf("u32", result.data));
  }
  const deviceType = type.ok && type.data.length === 4 ? numberOf("u32", type.data) : undefined;
  return { deviceType, name: name.ok ? printable(textOf(name.data)) : "", identity };
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, "");

function foundOf(
  { master }: CanopenBus,
  selves: ReadonlyMap<number, Self>,
  from: number,
  to: number,
): readonly Found[] {
  const nodes = new Set([...selves.keys(), ...[...master.monitor.keys()].filter((node) => node >= from && node <= to)]);
  return [...nodes]
    .sort((a, b) => a - b)
    .map((node) => {
      const heard = master.monitor.get(node);
      const state = heard === undefined ? undefined : heard.state === undefined ? "unknown" : STATES[heard.state];
      return { node, state, self: selves.get(node) };
    });
}

function tell(found: readonly Found[], isUnconfigured: boolean, isJson: boolean): void {
  if (isJson) {
    const nodes = found.map(({ node, state = null, self = null }) => ({ node, state, ...self }));
    process.stdout.write(`${JSON.stringify({ nodes, hasUnconfigured: isUnconfigured })}\n`);
  } else if (found.length > 0) process.stdout.write(`${alignColumns([HEAD, ...found.map(rowOf)]).join("\n")}\n`);
  if (!isJson && isUnconfigured) process.stdout.write("There is a node without a node id: bms canopen lss fastscan\n");
  if (found.length === 0 && !isUnconfigured) fail("nobody is heard and nobody answers");
}

const HEAD = ["node", "state", "device type", "identity (vendor, product, revision, serial number)", "name"];

function rowOf({ node, state = "not heard", self }: Found): readonly string[] {
  if (self === undefined) return [`${node}`, state, "answers no SDO"];
  const { deviceType, identity, name } = self;
  return [`${node}`, state, deviceType === undefined ? "" : hex32(deviceType), identity.map(shortHex).join(" "), name];
}

const shortHex = (number: number): string => `0x${number.toString(16).toUpperCase()}`;

/** The LSS address of a node, by SDO. Throws a CanopenFailure where it tells none. */
export async function identityOf(bus: CanopenBus, node: number): Promise<readonly number[]> {
  const self = await selfOf(bus, node);
  if (self === undefined) throw new CanopenFailure(`node ${node} does not answer within ${bus.timeout_ms} ms`);
  if (self.identity.length < 4) throw new CanopenFailure(`node ${node} does not tell its whole identity (1018h)`);
  return self.identity;
}
