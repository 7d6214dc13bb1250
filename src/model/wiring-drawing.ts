// The wiring plan as a drawing to print (SVG, landscape A4): header X8 over the battery, each wire straight down to its tap,
// inputs without a cell of their own joined to the top cell in another colour; X9 and X6 below. Input is cellWiring's answer.

import { assert } from "../base/assert.ts";
import type { CellWire, ThermistorWire, Wiring } from "./headers.ts";

const WIDTH = 1440;
const HEIGHT = 1018; // A4 landscape: 297 x 210 mm
const LEFT = 150; // where tap 0 stands
const STEP = 64; // between taps: two wires for each column of X8
const EDGE = 50; // margin of the boards on both sides
const BOARD_TOP = 112;
const PINS_TOP = 176;
const PINS_BOTTOM = 236;
const BOARD_BOTTOM = 276;
const RAIL = 386; // where inputs without a cell meet
const CELL_TOP = 506;
const CELL_BOTTOM = 604;
const BOTTOM = 722; // top of the lower headers

const INK = "#1f2933";
const FAINT = "#7b8794";
const WIRE = "#1d6fa5";
const MINUS = "#1f2933";
const PLUS = "#c0392b";
const SPARE = "#d9822b";
const BOARD = "#e3efe6";
const BOARD_EDGE = "#4f8a5b";

const STYLE = `text{font-family:"DejaVu Sans","Segoe UI",Helvetica,Arial,sans-serif;fill:${INK}}
.m{text-anchor:middle}.e{text-anchor:end}.s{font-size:13px}.xs{font-size:11px}.f{fill:${FAINT}}.b{font-weight:600}`;

type Part = string;
type Attributes = { readonly [name: string]: string | number };

const xOfTap = (tap: number): number => LEFT + tap * STEP;

/** The plan of one battery as a complete SVG document of 297 x 210 mm, without outside fonts or images. */
export function drawWiring(wiring: Wiring): string {
  assert(wiring.x8.length === 19, "every cell input is wired");
  const body = [
    rectangle(0, 0, WIDTH, HEIGHT, { fill: "#ffffff" }),
    ...heading(wiring),
    ...board(),
    ...wiring.x8.map((wire) => cellLine(wire)),
    ...spareRail(wiring),
    ...wiring.x8.flatMap((wire) => orderMark(wire)),
    ...battery(wiring.cells),
    ...wiring.x8.map((wire) => boardPin(wire)),
    ...power(wiring),
    ...thermistors(wiring.x6),
    ...legend(wiring.cells),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>Wiring of ${wiring.cells} cells</title>
<style>${STYLE}</style>
${body.join("\n")}
</svg>
`;
}

function heading({ cells, x6 }: Wiring): Part[] {
  const sensors = x6.length === 1 ? "1 thermistor" : `${x6.length} thermistors`;
  return [
    text(EDGE, 58, `Battery wiring: ${cells} cells in series, ${sensors}`, "b", 26),
    text(EDGE, 86, "Connect in the order of the numbers in circles: C0 to B− first, then C1, C2 and so on upwards.", "f", 15),
  ];
}

function board(): Part[] {
  const inside = EDGE + 18;
  return [
    rectangle(EDGE, BOARD_TOP, WIDTH - 2 * EDGE, BOARD_BOTTOM - BOARD_TOP, { rx: 10, fill: BOARD, stroke: BOARD_EDGE }),
    text(inside, BOARD_TOP + 27, "X8  battery cells", "b", 16),
    text(WIDTH - inside, BOARD_TOP + 27, "small print: pin number; the rows are drawn apart for the wires", "e xs f"),
    rectangle(inside, PINS_TOP - 26, WIDTH - 2 * inside, PINS_BOTTOM - PINS_TOP + 52, { rx: 6, fill: "#ffffff", stroke: BOARD_EDGE }),
    pinBox(xOfTap(-1) + 14, PINS_BOTTOM, "NC", 11, "#eef1f4", FAINT),
  ];
}

/** Even inputs stand in the upper row (pins 1..10), odd ones in the lower (12..20), so that the wires never cross. */
const pinX = (order: number): number => xOfTap(order - 1);
const pinY = (order: number): number => (order % 2 === 1 ? PINS_TOP : PINS_BOTTOM);

const colourOf = (wire: CellWire): string => (wire.use === "spare" ? SPARE : wire.use === "minus" ? MINUS : WIRE);

function boardPin(wire: CellWire): Part {
  return pinBox(pinX(wire.order), pinY(wire.order), wire.input, wire.pin, "#ffffff", colourOf(wire));
}

function pinBox(x: number, y: number, name: string, pin: number, fill: string, edge: string): Part {
  return [
    rectangle(x - 19, y - 16, 38, 32, { rx: 4, fill, stroke: edge, "stroke-width": 1.8 }),
    text(x, y + 1, name, "m b s"),
    text(x, y + 12, String(pin), "m f", 9.5),
  ].join("");
}

function cellLine(wire: CellWire): Part {
  const from = pinY(wire.order) + 16;
  const to = wire.use === "spare" ? RAIL : CELL_TOP + 20;
  const x = pinX(wire.order);
  return path(`M${x} ${from}V${to}`, colourOf(wire), wire.use === "minus" ? 3 : 2.2, wire.use === "spare");
}

/** The inputs above the top cell run to one line, which ends at the plus of the top cell. */
function spareRail({ cells, x8 }: Wiring): Part[] {
  const spare = x8.filter((wire) => wire.use === "spare");
  const last = spare.at(-1);
  if (last === undefined) return [];
  const top = xOfTap(cells);
  const label = spare.length === 1 ? `${last.input} has no cell:` : `${spare[0]!.input} to ${last.input} have no cell:`;
  return [
    path(`M${pinX(last.order)} ${RAIL}H${top + 14}Q${top} ${RAIL} ${top} ${RAIL + 14}`, SPARE, 2.2, true),
    ...spare.map((wire) => dot(pinX(wire.order), RAIL, SPARE, 4)),
    dot(top, RAIL + 14, SPARE, 4.5),
    text(top + 20, RAIL + 32, label, "b s"),
    text(top + 20, RAIL + 50, "to the top cell's plus", "s"),
  ];
}

function orderMark(wire: CellWire): Part[] {
  const x = pinX(wire.order);
  const y = wire.use === "spare" ? 336 : 462;
  return [
    `<circle cx="${x}" cy="${y}" r="13" fill="#ffffff" stroke="${colourOf(wire)}" stroke-width="1.6"/>`,
    text(x, y + 4.5, String(wire.order), "m b s"),
  ];
}

function battery(cells: number): Part[] {
  const parts: Part[] = [];
  const middle = (CELL_TOP + CELL_BOTTOM) / 2 + 10;
  for (let cell = 1; cell <= cells; cell++) {
    const left = xOfTap(cell - 1);
    parts.push(
      rectangle(left + 8, CELL_TOP + 34, STEP - 16, CELL_BOTTOM - CELL_TOP - 34, { rx: 6, fill: "#f5f7fa", stroke: INK, "stroke-width": 1.5 }),
      rectangle(left + STEP - 15, CELL_TOP + 40, 4, CELL_BOTTOM - CELL_TOP - 46, { rx: 2, fill: PLUS, opacity: 0.8 }),
      text(left + STEP / 2 - 2, middle + 14, String(cell), "m b", 20),
      text(left + 17, middle - 14, "−", "m s"),
      text(left + STEP - 23, middle - 14, "+", "m s"),
    );
  }
  for (let tap = 0; tap <= cells; tap++) parts.push(link(tap, cells));
  const end = xOfTap(cells);
  parts.push(text(LEFT - 24, middle + 5, "B−", "e b", 20), text(end + 24, middle + 5, "B+", "b", 20));
  parts.push(text(LEFT - 24, middle + 25, "battery", "e xs f"), text(LEFT - 24, middle + 39, "minus", "e xs f"));
  parts.push(text(end + 24, middle + 25, "battery", "xs f"), text(end + 24, middle + 39, "plus", "xs f"));
  return parts;
}

/** The bar between two cells, with the terminal of the measuring wire; at the ends the poles of the battery. */
function link(tap: number, cells: number): Part {
  const x = xOfTap(tap);
  const y = CELL_TOP + 20;
  const left = tap === 0 ? x - 12 : x - 22;
  const right = tap === cells ? x + 12 : x + 22;
  const fill = tap === 0 ? MINUS : tap === cells ? PLUS : "#9aa5b1";
  const legs = [tap > 0 ? `M${x - 16} ${y}v16` : "", tap < cells ? `M${x + 16} ${y}v16` : ""].join("");
  return `${path(legs, "#9aa5b1", 6)}${rectangle(left, y - 6, right - left, 12, { rx: 3, fill })}${dot(x, y, "#ffffff", 3.6)}`;
}

function power({ cells, x9 }: Wiring): Part[] {
  const boxLeft = EDGE;
  const parts = [
    rectangle(boxLeft, BOTTOM, 250, 168, { rx: 10, fill: BOARD, stroke: BOARD_EDGE }),
    text(boxLeft + 18, BOTTOM + 150, "X9  power of the board", "b", 16),
  ];
  for (const wire of x9) {
    const minus = wire.tap === 0;
    const x = minus ? xOfTap(0) : xOfTap(0) + 96;
    const y = BOTTOM + 76;
    const colour = minus ? MINUS : PLUS;
    const lane = BOTTOM - 72;
    parts.push(path(minus ? `M${x} ${CELL_TOP + 20}V${y - 16}` : `M${xOfTap(cells)} ${CELL_TOP + 20}V${lane}H${x}V${y - 16}`, colour, 3));
    parts.push(`<circle cx="${x}" cy="${BOTTOM - 28}" r="13" fill="#ffffff" stroke="${colour}" stroke-width="1.6"/>`, text(x, BOTTOM - 23.5, String(wire.order), "m b s"));
    parts.push(rectangle(x - 34, y - 16, 68, 36, { rx: 4, fill: "#ffffff", stroke: colour, "stroke-width": 1.8 }));
    parts.push(text(x, y + 2, wire.name, "m b s"), text(x, y + 14, String(wire.pin), "m f", 9.5));
  }
  return parts;
}

function thermistors(wires: readonly ThermistorWire[]): Part[] {
  const left = 390;
  const step = 92;
  const parts = [
    rectangle(left, BOTTOM, 6 * step + 36, 168, { rx: 10, fill: BOARD, stroke: BOARD_EDGE }),
    text(left + 18, BOTTOM + 150, "X6  cell thermistors, 100 kOhm NTC", "b", 16),
  ];
  for (let sensor = 1; sensor <= 6; sensor++) {
    const x = left + 18 + (sensor - 0.5) * step;
    const wire = wires.find(({ thermistor }) => thermistor === sensor);
    const edge = wire === undefined ? "#cbd2d9" : WIRE;
    const fill = wire === undefined ? "#eef1f4" : "#ffffff";
    parts.push(smallPin(x - 21, `G${sensor}`, sensor, fill, edge), smallPin(x + 21, `T${sensor}`, sensor + 6, fill, edge));
    if (wire !== undefined) parts.push(thermistor(x, wire.cell));
  }
  parts.push(text(left + 6 * step + 18, BOTTOM + 150, "Gk = TEMPGk, Tk = TEMPk", "e xs f"));
  return parts;
}

function smallPin(x: number, name: string, pin: number, fill: string, edge: string): Part {
  const y = BOTTOM + 92;
  const box = rectangle(x - 17, y - 16, 34, 34, { rx: 4, fill, stroke: edge, "stroke-width": 1.6 });
  return `${box}${text(x, y + 1, name, "m b s")}${text(x, y + 13, String(pin), "m f", 9.5)}`;
}

/** An NTC between its two pins, with the cell it is fastened to. */
function thermistor(x: number, cell: number): Part {
  const y = BOTTOM + 38;
  return [
    path(`M${x - 21} ${BOTTOM + 76}V${y}H${x - 17}M${x + 17} ${y}H${x + 21}V${BOTTOM + 76}`, WIRE, 2),
    rectangle(x - 17, y - 7, 34, 14, { fill: "#ffffff", stroke: INK, "stroke-width": 1.5 }),
    path(`M${x - 20} ${y + 11}h7L${x + 16} ${y - 11}`, INK, 1.3),
    text(x, BOTTOM + 21, `cell ${cell}`, "m b s"),
  ].join("");
}

function legend(cells: number): Part[] {
  const x = 1020;
  const y = BOTTOM + 16;
  const rows: readonly (readonly [string, string, boolean])[] = [
    [MINUS, "battery minus, connected first", false],
    [WIRE, "plus of a cell; thermistor", false],
    [PLUS, "battery plus", false],
    [SPARE, "input without a cell: to the top cell", true],
  ];
  const shown = cells === 18 ? rows.slice(0, 3) : rows;
  return [
    ...shown.flatMap(([colour, words, dashed], i) => [
      path(`M${x} ${y + i * 26}h46`, colour, 3, dashed),
      text(x + 60, y + 5 + i * 26, words, "s"),
    ]),
    text(x, y + 122, "Wrong wiring can destroy the board.", "b s"),
    text(x, y + 142, "Measure first: each wire is one cell above the one before.", "s"),
    text(EDGE, HEIGHT - 84, "Fasten thermistors to the cells and insulate them from the terminals; the cell numbers are a suggestion, spread over the battery.", "f s"),
    text(EDGE, HEIGHT - 62, "Battery minus is the ground of the board, also that of a radio module's antenna. Fuse every measuring wire close to its cell.", "f s"),
  ];
}

function text(x: number, y: number, words: string, classes: string, size = 0): Part {
  const fontSize = size > 0 ? ` font-size="${size}"` : "";
  return `<text x="${x}" y="${y}" class="${classes}"${fontSize}>${escaped(words)}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number, attributes: Attributes): Part {
  const rest = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}"${rest.join("")}/>`;
}

function path(d: string, colour: string, width: number, dashed = false): Part {
  const dashes = dashed ? ' stroke-dasharray="7 4"' : "";
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"${dashes}/>`;
}

const dot = (x: number, y: number, colour: string, radius: number): Part => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`;

const escaped = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
