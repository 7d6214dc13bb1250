// The list of everything that can be made to go wrong with the modelled pack: arrows choose, left and right take the
// element (cell, wire, output…), enter breaks or repairs it.

import { wrap } from "../base/wrap.ts";
import { FAULT_CATALOGUE, readFault, type WorldFault, type WorldFaultKind } from "../sim/fault-catalogue.ts";
import { applyFault, clearFault, elementOf, type World } from "../sim/world.ts";
import { pad, type Style } from "./ansi.ts";

type Parameter = { readonly min: number; readonly max: number; readonly default: number; readonly unit: string };
type Row = {
  readonly title: string;
  readonly help: string;
  readonly element: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
};

const ROWS = FAULT_CATALOGUE as Readonly<Record<string, Row>>;
const KINDS = Object.keys(FAULT_CATALOGUE) as readonly WorldFaultKind[];

export type FaultMenu = { open: boolean; at: number; element: number };

export const createFaultMenu = (): FaultMenu => ({ open: false, at: KINDS.indexOf("senseWireOpen"), element: 3 });

/** Which elements the chosen fault can have on this pack. */
function elementRange(menu: FaultMenu, world: World): { least: number; most: number } {
  const row = ROWS[KINDS[menu.at]!]!;
  const parameter = row.parameters[row.element];
  if (parameter === undefined) return { least: 0, most: 0 };
  const cells = world.config.pack.cells;
  const ofCells = row.element === "cell" || row.element === "wire";
  return {
    least: parameter.min,
    most: ofCells ? Math.min(parameter.max, cells - (parameter.max === 17 ? 1 : 0)) : parameter.max,
  };
}

/** The element as it can be on the chosen fault. */
function element(menu: FaultMenu, world: World): number {
  const { least, most } = elementRange(menu, world);
  return Math.min(most, Math.max(least, menu.element));
}

/** Acts on a key; returns what was done, for the events, or "". */
export function pressFaultKey(menu: FaultMenu, key: string, world: World, page: number): string {
  const move = (by: number): string => {
    menu.at = Math.min(KINDS.length - 1, Math.max(0, menu.at + by));
    return "";
  };
  switch (key) {
    case "up":
      return move(-1);
    case "down":
      return move(1);
    case "pageUp":
      return move(-page);
    case "pageDown":
      return move(page);
    case "left":
    case "right":
      menu.element = element(menu, world);
      menu.element = menu.element + (key === "left" ? -1 : 1);
      menu.element = element(menu, world);
      return "";
    case "enter":
      return toggle(menu, world);
    case "x":
      return clearAll(world);
    case "escape":
    case "f":
    case "q":
      menu.open = false;
      return "";
    default:
      return jump(menu, key);
  }
}

function jump(menu: FaultMenu, key: string): string {
  for (let step = 1; step <= KINDS.length; step++) {
    const at = (menu.at + step) % KINDS.length;
    if (ROWS[KINDS[at]!]!.title.toLowerCase().startsWith(key.toLowerCase())) {
      menu.at = at;
      return "";
    }
  }
  return "";
}

function toggle(menu: FaultMenu, world: World): string {
  const kind = KINDS[menu.at]!;
  const row = ROWS[kind]!;
  const chosen = element(menu, world);
  const request = row.element === "none" ? { kind } : { kind, [row.element]: chosen };
  const fault = readFault(request);
  if ("problem" in fault) return fault.problem;
  const active = world.activeFaults.some((other) => other.kind === kind && elementOf(other) === elementOf(fault));
  if (active) clearFault(world, kind, row.element === "none" ? undefined : chosen);
  else applyFault(world, fault);
  return `${active ? "repaired" : "broke"}: ${faultWords(fault)}`;
}

/** Repairs everything; returns what was done. */
export function clearAll(world: World): string {
  const count = world.activeFaults.length;
  for (const fault of [...world.activeFaults]) clearFault(world, fault.kind);
  return count === 0 ? "" : `repaired everything (${count})`;
}

export function faultWords(fault: WorldFault): string {
  const row = ROWS[fault.kind]!;
  return row.element === "none" ? row.title : `${row.title} (${row.element} ${elementOf(fault)})`;
}

/** What the keys do while the menu is open: it takes the place of the panel's own line of keys. */
export const FAULT_MENU_KEYS = "↑ ↓ choose  ← → which one  enter break or repair  x repair all  esc close";

const MOST_HELP_LINES = 2;
/** A lower menu has no blank line to spare. */
const AIRY = 10;

/** The menu in at most `height` lines of at most `width` columns. */
export function faultMenuLines(menu: FaultMenu, world: World, width: number, height: number, style: Style): string[] {
  const row = ROWS[KINDS[menu.at]!]!;
  const help = wrap(row.help, width - 1, " ");
  const blank = height >= AIRY ? [""] : [];
  const room = Math.max(1, height - 1 - blank.length - MOST_HELP_LINES); // the list stands still while the help changes its length
  const first = Math.max(0, Math.min(menu.at - (room >> 1), KINDS.length - room));
  const lines = KINDS.slice(first, first + room).map((kind, i) => menuLine(menu, world, kind, first + i, width, style));
  return [
    ` ${style.bold("Break the model")}`,
    ...lines,
    ...blank,
    ...help.slice(0, MOST_HELP_LINES).map((line) => style.grey(line)),
  ];
}

function menuLine(
  menu: FaultMenu,
  world: World,
  kind: WorldFaultKind,
  at: number,
  width: number,
  style: Style,
): string {
  const row = ROWS[kind]!;
  const active = world.activeFaults.filter((fault) => fault.kind === kind);
  const mark = active.length > 0 ? style.red("●") : " ";
  const chosen = at === menu.at;
  const which = row.element === "none" ? "" : chosen ? `${row.element} ‹${element(menu, world)}›` : row.element;
  const broken = active.length > 0 && row.element !== "none" ? ` (now ${active.map(elementOf).join(", ")})` : "";
  const text = pad(` ${row.title.padEnd(38)} ${which}${broken}`, Math.min(width - 3, 74));
  return ` ${mark}${chosen ? style.inverse(text) : text}`;
}
