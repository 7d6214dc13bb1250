// bms canopen: a CANopen master for this device and any other, by name or index, over any CAN adapter. Exit code 0 when the other
// side did as asked, 1 when it did not or was silent, 2 when what was typed cannot be done.

import type { Command } from "commander";
import { ASSIGNMENT_HELP, assignmentOf } from "./canopen-assignments.ts";
import { registerConformance } from "./canopen-conformance.ts";
import { registerFiles, saveTo } from "./canopen-files.ts";
import { type CanopenItem, ITEM_HELP, type ItemValue, itemsOf, jsonOf, wordsOf } from "./canopen-items.ts";
import { registerLss } from "./canopen-lss.ts";
import { registerNmt, registerScan } from "./canopen-nmt.ts";
import {
  abortWords,
  type CanopenNode,
  type NodeOptions,
  onNode,
  orFail,
  readObject,
  withNode,
} from "./canopen-target.ts";
import { writeAll } from "./canopen-write.ts";
import { askPassword } from "./password.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type ReadOptions = NodeOptions & { readonly block?: boolean; readonly output?: string };
type WriteOptions = NodeOptions & { readonly block?: boolean; readonly login?: boolean };

const EXAMPLES = `
Examples:
  bms canopen scan                                  who is on the bus of the device on this machine
  bms canopen read soc current_A cells_V
  bms canopen read 1018 6000:1:u16 --node 5 --can socketcan:can0      a real device
  bms canopen write --login battery.cells=15 protections.overvoltage.limit_V=3.7
  bms canopen nmt reset --node 32
  bms canopen lss set-node 40 --node 32
  bms canopen eds -o device.eds
  bms canopen conformance`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerCanopen(program: Command): void {
  const canopen = program
    .command("canopen")
    .summary("read, write, scan and test CANopen nodes")
    .description("Read, write, start, stop, scan, configure and test CANopen nodes.")
    .addHelpText("after", EXAMPLES);
  registerRead(canopen);
  registerWrite(canopen);
  registerNmt(canopen);
  registerScan(canopen);
  registerLss(canopen);
  registerFiles(canopen);
  registerConformance(canopen);
}

function registerRead(canopen: Command): void {
  withNode(canopen.command("read").description("Read objects by name or index."))
    .argument("<item...>", "names or indexes")
    .option("--block", "by SDO block transfer, where the node knows it")
    .option("-o, --output <file>", "the bytes of one object to a file")
    .addHelpText("after", ITEM_HELP)
    .action(async (texts: readonly string[], options: ReadOptions) => {
      const items = texts.flatMap(itemsOf);
      if (options.output !== undefined && items.length > 1)
        throw new UsageError(`--output takes one object, not ${items.length}`);
      await onNode(options, (node) =>
        options.output === undefined
          ? print(node, items, options.json === true)
          : keep(node, items[0]!, options.output),
      );
    });
}

type Row = { readonly item: CanopenItem; readonly text: string; readonly value: ItemValue };

async function print(node: CanopenNode, items: readonly CanopenItem[], isJson: boolean): Promise<void> {
  const rows: Row[] = [];
  for (const item of items) rows.push(await readRow(node, item));
  const values = Object.fromEntries(rows.map(({ item, value }) => [item.label, value]));
  const lines = alignColumns(rows.map(({ item, text }) => [item.label, text])).join("\n");
  process.stdout.write(`${isJson ? JSON.stringify(values) : lines}\n`);
}

/** A refusal is a row too, and the exit code is 1: of a whole record it may be one value that has none. */
async function readRow(node: CanopenNode, item: CanopenItem): Promise<Row> {
  const result = await readObject(node, item.label, item.index, item.subIndex);
  if (result.ok) return { item, text: wordsOf(item, result.data), value: jsonOf(item, result.data) };
  process.exitCode = 1;
  const text = abortWords(result.abort);
  return { item, text, value: { error: text } };
}

async function keep(node: CanopenNode, { label, index, subIndex }: CanopenItem, file: string): Promise<void> {
  const data = orFail(label, await readObject(node, label, index, subIndex));
  saveTo(file, data);
  process.stderr.write(`bms: ${data.length} bytes to ${file}\n`);
}

function registerWrite(canopen: Command): void {
  withNode(
    canopen
      .command("write")
      .description("Change settings together, drive input signals, give commands, write objects."),
  )
    .argument("<assignment...>", "NAME=VALUE")
    .option("--login", "log in with the service password first")
    .option("--block", "by SDO block transfer, where the node knows it")
    .addHelpText("after", ASSIGNMENT_HELP)
    .action(async (texts: readonly string[], options: WriteOptions) => {
      const assignments = texts.map(assignmentOf);
      const password = options.login === true ? await askPassword("Service password: ") : undefined;
      await onNode(options, async (node) => {
        await writeAll(node, assignments, password);
        const written = assignments.map(({ label }) => label);
        process.stdout.write(
          options.json === true ? `${JSON.stringify({ written })}\n` : `written: ${written.join(", ")}\n`,
        );
      });
    });
}
