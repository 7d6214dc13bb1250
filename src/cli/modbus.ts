// bms modbus: a Modbus client for this device and any other, by name or address, over a serial line or TCP. Exit code 0 when
// the other side did as asked, 1 when it did not or was silent, 2 when what was typed cannot be done.

import { type Command, Option } from "commander";
import { type Item, type ItemValue, itemValue, wordsOf } from "../modbus/item-text.ts";
import { ASSIGNMENT_HELP, assignmentOf } from "./modbus-assignments.ts";
import { registerConformance } from "./modbus-conformance.ts";
import { ModbusFailure, readItem } from "./modbus-exchange.ts";
import { ITEM_HELP, itemOf } from "./modbus-items.ts";
import { scan } from "./modbus-scan.ts";
import { type Connection, connectTo, type TargetOptions, wholeNumber, withTarget } from "./modbus-target.ts";
import { writeAll } from "./modbus-write.ts";
import { askPassword } from "./password.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type WriteOptions = TargetOptions & { readonly login?: boolean };
type WatchOptions = TargetOptions & { readonly every: string; readonly count?: string };
type ScanOptions = TargetOptions & { readonly from: string; readonly to: string };

const EXAMPLES = `
Examples:
  bms modbus read data/ports/rs485 soc current_A cells_V
  bms modbus read /dev/ttyUSB0 vendor.errors1 i:0x2001:f32      a real device of the vendor's
  bms modbus write localhost --login battery.cells=15 protections.overvoltage.limit_V=3.7
  bms modbus watch localhost soc current_A --every 500
  bms modbus scan /dev/ttyUSB0 --baud 19200
  bms modbus conformance localhost`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerModbus(program: Command): void {
  const modbus = program
    .command("modbus")
    .summary("read, write, scan and test devices over Modbus")
    .description("Read, write, watch, scan and test a device over Modbus RTU or TCP.")
    .addHelpText("after", EXAMPLES);
  registerRead(modbus);
  registerWrite(modbus);
  registerWatch(modbus);
  registerScan(modbus);
  registerConformance(modbus);
}

function registerRead(modbus: Command): void {
  withTarget(modbus.command("read").description("Read registers by name or address."))
    .argument("<item...>", "names or addresses")
    .addHelpText("after", ITEM_HELP)
    .action(async (target: string, texts: readonly string[], options: TargetOptions) => {
      const items = texts.map(itemOf);
      await connected(target, options, async (connection) => {
        const rows = await readRows(connection, items);
        process.stdout.write(options.json === true ? `${JSON.stringify(rowsJson(rows))}\n` : table(rows));
      });
    });
}

function registerWrite(modbus: Command): void {
  withTarget(
    modbus
      .command("write")
      .description("Change settings together, drive input signals, give commands, write registers."),
  )
    .argument("<assignment...>", "NAME=VALUE")
    .option("--login", "log in with the service password first")
    .addHelpText("after", ASSIGNMENT_HELP)
    .action(async (target: string, texts: readonly string[], options: WriteOptions) => {
      const assignments = texts.map((text) => assignmentOf(text, options.wordOrder === "low"));
      const password = options.login === true ? await askPassword("Service password: ") : undefined;
      await connected(target, options, async (connection) => {
        await writeAll(connection, assignments, password);
        const written = assignments.map(({ label }) => label);
        process.stdout.write(
          options.json === true ? `${JSON.stringify({ written })}\n` : `written: ${written.join(", ")}\n`,
        );
      });
    });
}

function registerWatch(modbus: Command): void {
  withTarget(modbus.command("watch").description("Read the same registers again and again, a line each time."))
    .argument("<item...>", "names or addresses")
    .option("--every <ms>", "how often", "1000")
    .addOption(new Option("--count <n>", "end after so many lines"))
    .addHelpText("after", ITEM_HELP)
    .action(async (target: string, texts: readonly string[], options: WatchOptions) => {
      const items = texts.map(itemOf);
      const every_ms = wholeNumber("--every", options.every, 10, 3_600_000);
      const count =
        options.count === undefined ? Number.POSITIVE_INFINITY : wholeNumber("--count", options.count, 1, 1e9);
      await connected(target, options, (connection) =>
        watch(connection, items, every_ms, count, options.json === true),
      );
    });
}

/** A reading that fails is a line too; the watch goes on until the port closes. */
async function watch(
  connection: Connection,
  items: readonly Item[],
  every_ms: number,
  count: number,
  isJson: boolean,
): Promise<void> {
  let isOpen = true;
  process.stdout.on("error", () => {
    isOpen = false;
  });
  for (let line = 0; line < count && isOpen; line++) {
    const began_ms = performance.now();
    process.stdout.write(`${await watchLine(connection, items, isJson)}\n`);
    if (line + 1 < count)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, every_ms - (performance.now() - began_ms))));
  }
}

async function watchLine(connection: Connection, items: readonly Item[], isJson: boolean): Promise<string> {
  const time = new Date().toISOString();
  try {
    const rows = await readRows(connection, items);
    if (isJson) return JSON.stringify({ time, ...rowsJson(rows) });
    return `${time.slice(11, 23)}  ${rows.map(({ item, value }) => `${item.label} ${wordsOf(item, value)}`).join("  ")}`;
  } catch (error) {
    if (!(error instanceof ModbusFailure) || error.failure.kind === "closed") throw error;
    process.exitCode = 1;
    return isJson ? JSON.stringify({ time, error: error.message }) : `${time.slice(11, 23)}  ${error.message}`;
  }
}

function registerScan(modbus: Command): void {
  withTarget(modbus.command("scan").description("Find the units that answer, and who they are."), SCAN_TIMEOUT_ms)
    .option("--from <unit>", "first address", "1")
    .option("--to <unit>", "last address", "247")
    .action(async (target: string, options: ScanOptions) => {
      const [from, to] = [wholeNumber("--from", options.from, 1, 255), wholeNumber("--to", options.to, 1, 255)];
      if (to < from) throw new UsageError("--to must not be less than --from");
      const units = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      await connected(target, options, async (connection) => {
        const timeout_ms = Number(options.timeout);
        const found = await scan(connection, units, timeout_ms, (unit) => {
          process.stdout.write(
            options.json === true ? `${JSON.stringify(unit)}\n` : `unit ${unit.unit}: ${unit.name}\n`,
          );
        });
        if (found === 0) fail(`nobody answers at ${target}, units ${from} to ${to}`);
      });
    });
}

/** A unit that is there answers soon; 247 silent ones should not take minutes. */
const SCAN_TIMEOUT_ms = "100";

type Row = { readonly item: Item; readonly value: ItemValue };

async function readRows(connection: Connection, items: readonly Item[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const item of items)
    rows.push({ item, value: itemValue(item, await readItem(connection, item), connection.isLowFirst) });
  return rows;
}

const rowsJson = (rows: readonly Row[]): Record<string, ItemValue> =>
  Object.fromEntries(rows.map(({ item, value }) => [item.label, value]));

const table = (rows: readonly Row[]): string =>
  `${alignColumns(rows.map(({ item, value }) => [item.label, wordsOf(item, value)])).join("\n")}\n`;

/** Runs with a connection and closes it. What the other side does not do ends with one line and exit code 1. */
async function connected(
  target: string,
  options: TargetOptions,
  act: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await connectTo(target, options);
  try {
    await act(connection);
  } catch (error) {
    if (!(error instanceof ModbusFailure)) throw error;
    if (options.json === true)
      process.stdout.write(
        `${JSON.stringify({ error: error.message, kind: error.failure.kind, code: error.failure.code })}\n`,
      );
    fail(error.message);
  } finally {
    await connection.client.close();
  }
}

function fail(message: string): void {
  process.stderr.write(`bms: ${message}\n`);
  process.exitCode = 1;
}
