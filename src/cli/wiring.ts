// bms wiring: which wire of a battery goes to which pin, in the order of connection, as a table, JSON or a drawing.

import type { Command } from "commander";
import { CELLS_MAX, CELLS_MIN, cellWiring, THERMISTORS_MAX, THERMISTORS_MIN, type Wiring } from "../model/headers.ts";
import { cellPlace, powerPlace } from "../model/pin-uses.ts";
import { drawWiring } from "../model/wiring-drawing.ts";
import { checkDrawingPath, writeDrawing } from "./drawing-file.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type Options = {
  readonly cells?: string;
  readonly thermistors: string;
  readonly svg?: string;
  readonly json?: boolean;
};

/** Adds the command to the program. A value that cannot be used throws UsageError. */
export function registerWiring(program: Command): void {
  program
    .command("wiring")
    .summary("print the wiring of a battery")
    .description("Print which wire goes to which pin of the board, in the order of connection.")
    .option("--cells <count>", `cells in series, ${CELLS_MIN} to ${CELLS_MAX}`)
    .option("--thermistors <count>", `thermistors on cells, ${THERMISTORS_MIN} to ${THERMISTORS_MAX}`, "1")
    .option("--svg <file>", "also draw the plan to print, as SVG")
    .option("--json", "print as JSON")
    .action(printWiring);
}

function printWiring(options: Options): void {
  if (options.cells === undefined)
    throw new UsageError(`wiring needs --cells, a whole number from ${CELLS_MIN} to ${CELLS_MAX}`);
  const wiring = cellWiring(
    count("--cells", options.cells, CELLS_MIN, CELLS_MAX),
    count("--thermistors", options.thermistors, THERMISTORS_MIN, THERMISTORS_MAX),
  );
  checkDrawingPath("--svg", options.svg);
  process.stdout.write(options.json ? `${JSON.stringify(wiring, null, 2)}\n` : wiringText(wiring));
  if (options.svg !== undefined) writeDrawing(options.svg, drawWiring(wiring));
}

function count(name: string, words: string, least: number, most: number): number {
  const value = /^\d+$/.test(words) ? Number(words) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${words}"`);
}

/** The tables of X8, X9 and X6 for a person with the wires in hand. */
export function wiringText({ cells, x8, x9, x6 }: Wiring): string {
  const cellRows = x8.map((wire) => [`${wire.order}`, `${wire.pin}`, wire.input, cellPlace(wire, cells)]);
  const powerRows = x9.map((wire) => [`${wire.order}`, `${wire.pin}`, wire.name, powerPlace(wire)]);
  const sensorRows = x6.map((wire) => [
    `${wire.thermistor}`,
    `${wire.signalPin} (TEMP${wire.thermistor})`,
    `${wire.groundPin} (TEMPG${wire.thermistor})`,
    `cell ${wire.cell}`,
  ]);
  const lines = [
    `Wiring of ${cells} cells in series. Wrong wiring can destroy the board.`,
    "",
    "X8, battery cells: connect C0 to B- first, then follow the order.",
    ...alignColumns([["order", "pin", "input", "goes to"], ...cellRows], [0, 1]),
    "Pin 11 is not connected.",
    "",
    "X9, power of the board:",
    ...alignColumns([["order", "pin", "name", "goes to"], ...powerRows], [0, 1]),
    "",
    "X6, cell thermistors (100 kOhm NTC, insulated from the cell terminals):",
    ...alignColumns([["thermistor", "signal pin", "ground pin", "fasten to (suggested)"], ...sensorRows], [0]),
  ];
  return `${lines.join("\n")}\n`;
}
