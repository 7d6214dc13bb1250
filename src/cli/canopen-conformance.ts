// bms canopen conformance: the rows of the SDO suite against a node on the bus, one at a time. Another device has other objects: which
// ones may be used is told with options, and rows that need what it does not have are left out. What rows write is put back.

import type { Command } from "commander";
import { standardFrame } from "../base/can-frame.ts";
import { applies, runRow, type Targets } from "../canopen/conformance.ts";
import { rowsOfDictionary } from "../canopen/conformance-entries.ts";
import { CONFORMANCE_ROWS, type ConformanceRow, type Placeholder } from "../canopen/conformance-rows.ts";
import { addressOf } from "../canopen/names.ts";
import { afterLook } from "../device/after-look.ts";
import { deliveredNode } from "../device/delivered-node.ts";
import {
  type CanopenNode,
  type NodeOptions,
  onNode,
  orFail,
  readObject,
  withNode,
  writeObject,
} from "./canopen-target.ts";
import { UsageError } from "./usage-error.ts";

type Options = NodeOptions &
  Partial<Record<Placeholder, string>> & { readonly only?: string; readonly entries?: boolean };

const OBJECTS: Readonly<Record<Placeholder, readonly [preset: string | undefined, help: string]>> = {
  word: ["1017", "two bytes that may be written freely"],
  text: ["1008", "a text of more than 7 bytes that may be read"],
  free: [undefined, "40 bytes and more that may be written freely"],
  gap: ["0FFF", "no object at all"],
};

export function registerConformance(canopen: Command): void {
  const command = withNode(
    canopen.command("conformance").description("Hold a node's SDO server against CiA 301, row by row."),
  )
    .option("--only <words>", "only rows whose name or clause contains this")
    .option("--entries", "each entry of our own dictionary too; for this device alone");
  for (const [name, [preset, help]] of Object.entries(OBJECTS))
    command.option(`--${name} <index:sub>`, `where the node has ${help}`, preset);
  command.action(async (options: Options) => {
    const targets = targetsOf(options);
    const rows = rowsFor(targets, options);
    if (rows.length === 0) throw new UsageError(`no row contains "${options.only}"`);
    await onNode(options, (node) => asBefore(node, targets, () => runAll(node, rows, targets, options.json === true)));
  });
}

function rowsFor(targets: Targets, { only = "", entries }: Options): readonly ConformanceRow[] {
  const ours = entries === true ? rowsOfDictionary([...deliveredNode().dictionary.values()]) : [];
  return [...CONFORMANCE_ROWS.filter((row) => applies(row, targets)), ...ours].filter(({ name, clause }) =>
    `${clause} ${name}`.includes(only),
  );
}

/** Throws UsageError. */
function targetsOf(options: Options): Targets {
  const given = (Object.keys(OBJECTS) as Placeholder[]).flatMap((name) => {
    const text = options[name];
    if (text === undefined) return [];
    const address = addressOf(text);
    if (address === undefined) throw new UsageError(`--${name} must be an index as 2001 or 2001:3, not "${text}"`);
    return [[name, { index: address.index, subIndex: address.subIndex ?? 0 }] as const];
  });
  return Object.fromEntries(given);
}

/** Whatever comes of it, what rows write has its value again. Throws a CanopenFailure where it cannot even be read. */
async function asBefore(node: CanopenNode, targets: Targets, act: () => Promise<void>): Promise<void> {
  const written = [targets.word, targets.free].filter((target) => target !== undefined);
  const before: Uint8Array[] = [];
  for (const { index, subIndex } of written)
    before.push(orFail("the object to be written", await readObject(node, "the node", index, subIndex)));
  try {
    await act();
  } finally {
    for (const [i, target] of written.entries())
      orFail("putting back", await writeObject(node, "putting back", target, before[i]!));
  }
}

/** Ends with exit code 1 where a row does not hold. */
async function runAll(
  node: CanopenNode,
  rows: readonly ConformanceRow[],
  targets: Targets,
  isJson: boolean,
): Promise<void> {
  let failed = 0;
  for (const row of rows) {
    const failure = await carriedOut(node, row, targets);
    if (failure !== undefined) failed++;
    process.stdout.write(isJson ? `${JSON.stringify(resultJson(row, failure))}\n` : resultLine(row, failure));
  }
  if (!isJson) process.stdout.write(`${rows.length - failed} of ${rows.length} rows hold\n`);
  if (failed > 0) process.exitCode = 1;
}

const resultJson = ({ name, clause }: ConformanceRow, failure: string | undefined): object => ({
  ...{ name, clause, holds: failure === undefined },
  ...(failure === undefined ? {} : { failure }),
});

const resultLine = ({ name, clause }: ConformanceRow, failure: string | undefined): string =>
  `${failure === undefined ? "✓" : "✗"} ${name} (${clause})${failure === undefined ? "" : `\n    ${failure}`}\n`;

async function carriedOut(node: CanopenNode, row: ConformanceRow, targets: Targets): Promise<string | undefined> {
  const running = runRow(row, targets);
  let next = running.next();
  while (next.done !== true) {
    const { request, answers } = next.value;
    next = running.next(await node.during(exchange(node, request, answers)));
  }
  return next.value;
}

/** Silence is one after so long; a node on a busy machine may take its time to say something. */
const SILENCE_ms = 50;

/** The data of what the node answers: as many as are to come, or until its time is over. */
function exchange(to: CanopenNode, request: Uint8Array, count: number): Promise<readonly Uint8Array[]> {
  const { master, node, timeout_ms } = to;
  const heard: Uint8Array[] = [];
  return new Promise((resolve) => {
    const end = (): void => {
      stopListening();
      master.onFrame = () => {};
      resolve(heard);
    };
    const stopListening = afterLook(count === 0 ? SILENCE_ms : timeout_ms, end);
    master.onFrame = ({ id, extended, data }) => {
      if (extended || id !== 0x580 + node) return;
      heard.push(data.slice());
      if (count > 0 && heard.length >= count) end();
    };
    master.send(standardFrame(0x600 + node, request));
  });
}
