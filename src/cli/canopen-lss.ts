// bms canopen lss: gives nodes a node id and a bit rate (CiA 305). Which node is meant is told by its identity, by the node id that
// it has, or it is the one that has none.

import type { Command } from "commander";
import {
  activateBitRate,
  configureBitRate,
  configureNodeId,
  fastscan,
  hasUnconfigured,
  inquireNodeId,
  type LssResult,
  select,
  storeConfiguration,
  switchAll,
} from "../canopen/lss-master.ts";
import type { NodeIdentity } from "../canopen/node-state.ts";
import { identityOf } from "./canopen-nmt.ts";
import { type BusOptions, type CanopenBus, CanopenFailure, nodeOf, onBus, withBus } from "./canopen-target.ts";
import { logIn, logOut } from "./canopen-write.ts";
import { wholeNumber } from "./modbus-target.ts";
import { askPassword } from "./password.ts";
import { UsageError } from "./usage-error.ts";

type LssOptions = BusOptions & {
  readonly identity?: string;
  readonly node?: string;
  readonly store?: boolean;
  readonly login?: boolean;
  readonly activate?: string;
};

const LSS_HELP = `
Which node: --identity VENDOR,PRODUCT,REVISION,SERIAL as "bms canopen scan" shows them, --node ID of one that has a node id, or
neither for the one node that has none. A new node id is in force after "bms canopen nmt reset-comm"; a node that had none starts
by itself. --store keeps what was set over a power cycle; this device wants a login for it (--login, with --node).`;

export function registerLss(canopen: Command): void {
  const lss = canopen
    .command("lss")
    .description("Give nodes a node id and a bit rate (CiA 305).")
    .addHelpText("after", LSS_HELP);
  withBus(lss.command("identify").description("Whether there is a node without a node id."), "200").action(identify);
  withBus(lss.command("fastscan").description("The identity of a node without a node id."), "100").action(scan);
  withNodeChoice(lss.command("inquire").description("Identity and node id of a node.")).action((options: LssOptions) =>
    configure(options, async () => undefined),
  );
  registerOrders(lss);
}

const withNodeChoice = (command: Command): Command =>
  withBus(command, "500")
    .option("--identity <four numbers>", "of the node, with commas")
    .option("-n, --node <id>", "the node that has this node id")
    .addHelpText("after", LSS_HELP);

const withStore = (command: Command): Command =>
  withNodeChoice(command)
    .option("--store", "keep it over a power cycle")
    .option("--login", "log in with the service password first");

function registerOrders(lss: Command): void {
  withStore(lss.command("set-node").description("Give a node its node id."))
    .argument("<id>", "1 to 127, or none")
    .action((text: string, options: LssOptions) => {
      const nodeId = text === "none" ? 255 : wholeNumber("the node id", text, 1, 127);
      return configure(options, (bus) => bus.master.lss(configureNodeId(nodeId), timeoutOf(bus)), `node id ${text}`);
    });
  withStore(lss.command("set-bitrate").description("Give a node its bit rate."))
    .argument("<kbit/s>", "1000, 800, 500, 250, 125, 50, 20 or 10")
    .option("--activate <ms>", "have it switch after so long, and speak after as long again")
    .action((text: string, options: LssOptions) => setBitRate(text, options));
  withNodeChoice(lss.command("store").description("Have a node keep what was set."))
    .option("--login", "log in with the service password first")
    .action((options: LssOptions) => configure({ ...options, store: true }, async () => undefined));
}

const timeoutOf = ({ timeout_ms }: CanopenBus): number => timeout_ms * 1000;
const RATES = ["1000", "800", "500", "250", "125", "50", "20", "10"];
const MOST_DELAY_ms = 0xffff;

async function setBitRate(text: string, options: LssOptions): Promise<void> {
  if (!RATES.includes(text)) throw new UsageError(`the bit rate must be one of ${RATES.join(", ")}, not "${text}"`);
  const { activate } = options;
  const delay_ms = activate === undefined ? undefined : wholeNumber("--activate", activate, 1, MOST_DELAY_ms);
  const set = (bus: CanopenBus) => bus.master.lss(configureBitRate(Number(text)), timeoutOf(bus));
  await configure(options, set, `${text} kbit/s`, async ({ master }) => {
    if (delay_ms !== undefined) await master.lss(activateBitRate(delay_ms), 1000);
  });
}

async function identify(options: BusOptions): Promise<void> {
  await onBus(options, async (bus) => {
    const isThere = await bus.during(bus.master.lss(hasUnconfigured(), timeoutOf(bus)));
    say(options, { hasUnconfigured: isThere }, isThere ? "there is a node without a node id" : "there is none");
    if (!isThere) process.exitCode = 1;
  });
}

async function scan(options: BusOptions): Promise<void> {
  await onBus(options, async (bus) => {
    const found = await unconfigured(bus);
    await bus.master.lss(switchAll("waiting"), 1000);
    say(options, { identity: found }, `identity ${partsOf(found).join(",")}`);
  });
}

/** It is in configuration mode then. */
async function unconfigured(bus: CanopenBus): Promise<NodeIdentity> {
  const found = await bus.during(bus.master.lss(fastscan(), timeoutOf(bus)));
  if (found !== undefined) return found;
  throw new CanopenFailure("no node without a node id answers; say which node with --identity or --node");
}

const partsOf = ({ vendorId, productCode, revision, serial }: NodeIdentity): readonly string[] =>
  [vendorId, productCode, revision, serial].map((part) => `0x${part.toString(16).toUpperCase()}`);

/** Puts the node that is meant into configuration mode. */
async function choose(bus: CanopenBus, options: LssOptions): Promise<NodeIdentity> {
  await bus.during(bus.master.lss(switchAll("waiting"), 1000));
  const numbers = options.identity === undefined ? await numbersOf(bus, options) : parsed(options.identity);
  if (numbers === undefined) return unconfigured(bus);
  const [vendorId = 0, productCode = 0, revision = 0, serial = 0] = numbers;
  const identity = { vendorId, productCode, revision, serial };
  const selected = await bus.during(bus.master.lss(select(identity), timeoutOf(bus)));
  if (!selected.ok) throw new CanopenFailure(`no node with identity ${partsOf(identity).join(",")} answers`);
  return identity;
}

const numbersOf = async (bus: CanopenBus, { node }: LssOptions): Promise<readonly number[] | undefined> =>
  node === undefined ? undefined : identityOf(bus, nodeOf(node));

/** Throws UsageError. */
function parsed(text: string): readonly number[] {
  const parts = text.split(/[,\s]+/).filter((part) => part !== "");
  if (parts.length !== 4) throw new UsageError(`--identity needs four numbers, not "${text}"`);
  return parts.map((part) => wholeNumber("--identity", part, 0, 0xffff_ffff));
}

type Order = (bus: CanopenBus) => Promise<LssResult<undefined> | undefined>;

/** Chooses a node, has it do something, and leaves all nodes waiting. */
async function configure(
  options: LssOptions,
  order: Order,
  what = "",
  after: (bus: CanopenBus) => Promise<void> = async () => {},
): Promise<void> {
  if (options.identity !== undefined) parsed(options.identity);
  if (options.login === true && options.node === undefined)
    throw new UsageError("--login needs --node: it is done by SDO");
  const password = options.login === true ? await askPassword("Service password: ") : undefined;
  await onBus(options, async (bus) => {
    const to = { ...bus, node: options.node === undefined ? 0 : nodeOf(options.node), isBlock: false };
    if (password !== undefined) await logIn(to, password);
    try {
      await inConfiguration(bus, options, { order, what, after });
    } finally {
      await bus.master.lss(switchAll("waiting"), 1000);
      if (password !== undefined) await logOut(to);
    }
  });
}

async function inConfiguration(
  bus: CanopenBus,
  options: LssOptions,
  { order, what, after }: { order: Order; what: string; after: (bus: CanopenBus) => Promise<void> },
): Promise<void> {
  const identity = await choose(bus, options);
  judge(what, await bus.during(order(bus)));
  if (options.store === true) judge("store", await bus.during(bus.master.lss(storeConfiguration(), timeoutOf(bus))));
  const nodeId = await bus.during(bus.master.lss(inquireNodeId(), timeoutOf(bus)));
  await after(bus);
  const inForce = nodeId.ok && nodeId.value <= 127 ? `node ${nodeId.value}` : "a node without a node id";
  const did = [what === "" ? "" : `; set: ${what}`, options.store === true ? "; stored" : ""].join("");
  say(
    options,
    {
      identity,
      nodeId: nodeId.ok ? nodeId.value : null,
      set: what === "" ? null : what,
      stored: options.store === true,
    },
    `${inForce}, identity ${partsOf(identity).join(",")}${did}`,
  );
}

/** What a slave's error code means (CiA 305). */
const REFUSALS: Readonly<Record<number, string>> = {
  ...{ 1: "not supported or out of range", 2: "could not be stored" },
  255: "refused for a reason of its own; this device wants a login (--login)",
};

function judge(what: string, result: LssResult<undefined> | undefined): void {
  if (result === undefined || result.ok) return;
  const why =
    result.code === "silence" ? "the node does not answer" : (REFUSALS[result.code] ?? `error code ${result.code}`);
  throw new CanopenFailure(`${what}: ${why}`);
}

const say = ({ json }: BusOptions, value: object, text: string): void =>
  void process.stdout.write(`${json === true ? JSON.stringify(value) : text}\n`);
