// bms canopen eds and logs: what a node carries as files. The data sheet of any node that has one (1021h), and the log files of
// ours.

import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import { LOG_PART } from "../canopen/application.ts";
import { numberBytes, textBytes, textOf } from "../canopen/data-types.ts";
import { LOG_FILE, LOG_LIST } from "../canopen/log-objects.ts";
import { deliveredSheet } from "../device/delivered-node.ts";
import {
  type CanopenNode,
  fail,
  type NodeOptions,
  onNode,
  orFail,
  readObject,
  withNode,
  writeObject,
} from "./canopen-target.ts";
import { UsageError } from "./usage-error.ts";

type EdsOptions = NodeOptions & { readonly own?: boolean; readonly output?: string };
type LogOptions = NodeOptions & { readonly output?: string };

const SHEET = 0x1021;

export function registerFiles(canopen: Command): void {
  withNode(canopen.command("eds").description("Print the electronic data sheet that a node carries (1021h)."))
    .option("--own", "this program's own, without a bus")
    .option("-o, --output <file>", "to a file")
    .action(async (options: EdsOptions) => {
      if (options.own === true) return deliver(textBytes(deliveredSheet()), options.output);
      await onNode({ ...options, block: true }, async (node) => {
        deliver(await withProgress(node, "data sheet", read(node, "data sheet", SHEET, 0)), options.output);
      });
    });
  withNode(canopen.command("logs").description("List the log files of the device, or fetch one."))
    .argument("[file]", "name of a log file")
    .option("-o, --output <file>", "where to; default the file's own name")
    .action(async (name: string | undefined, options: LogOptions) => {
      await onNode({ ...options, block: true }, (node) =>
        name === undefined ? list(node, options.json === true) : fetch(node, name, options.output ?? name),
      );
    });
}

const read = async (node: CanopenNode, what: string, index: number, subIndex: number): Promise<Uint8Array> =>
  orFail(what, await readObject(node, what, index, subIndex));

function deliver(data: Uint8Array, file: string | undefined): void {
  if (file === undefined) process.stdout.write(data);
  else saveTo(file, data);
}

/** Throws UsageError. */
export function saveTo(file: string, data: Uint8Array): void {
  try {
    writeFileSync(file, data);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${messageOf(error)}`);
  }
}

/** Segments of an SDO upload carry seven bytes each. */
const SEGMENT = 7;

/** On a terminal: how far it is. A data sheet takes half a minute at 250 kbit/s. */
async function withProgress<T>({ master, node }: CanopenNode, what: string, work: Promise<T>): Promise<T> {
  let segments = 0;
  const before = master.onFrame;
  master.onFrame = ({ id }) => {
    if (id !== 0x580 + node || process.stderr.isTTY !== true || ++segments % 256 !== 0) return;
    process.stderr.write(`\r${what}: ${((segments * SEGMENT) / 1000).toFixed(0)} kB`);
  };
  try {
    return await work;
  } finally {
    master.onFrame = before;
    if (segments >= 256) process.stderr.write("\r\x1b[K");
  }
}

async function filesOf(node: CanopenNode): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
  const text = textOf(await read(node, "logs", LOG_LIST, 0));
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.lastIndexOf(" ");
      return { name: line.slice(0, at), bytes: Number(line.slice(at + 1)) };
    });
}

async function list(node: CanopenNode, isJson: boolean): Promise<void> {
  const files = await filesOf(node);
  const lines = files.map(({ name, bytes }) => `${name}  ${bytes} bytes\n`).join("");
  process.stdout.write(isJson ? `${JSON.stringify(files)}\n` : lines);
}

const [NAME, OFFSET, DATA] = [1, 3, 5];

/** Part by part up to its end: a file that is being written grows meanwhile. */
async function fetch(node: CanopenNode, name: string, file: string): Promise<void> {
  const target = (subIndex: number) => ({ index: LOG_FILE, subIndex });
  orFail(name, await writeObject({ ...node, isBlock: false }, name, target(NAME), textBytes(name)));
  const parts: Uint8Array[] = [];
  for (let offset = 0, isOver = false; !isOver; ) {
    orFail(name, await writeObject({ ...node, isBlock: false }, name, target(OFFSET), numberBytes("u32", offset)));
    const part = await withProgress(node, name, read(node, name, LOG_FILE, DATA));
    parts.push(part);
    offset += part.length;
    isOver = part.length < LOG_PART;
  }
  const data = Buffer.concat(parts);
  if (data.length === 0) return fail(`${name}: the file is empty`);
  saveTo(file, data);
  process.stderr.write(`bms: ${data.length} bytes to ${file}\n`);
}
