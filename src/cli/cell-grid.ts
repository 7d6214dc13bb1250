// The cells as a grid of voltages with bars. Lithium cells differ by millivolts, so the bars span the cells' own range,
// which stands in the heading; colour tells how a voltage lies to the limits.

import type { Settings } from "../model/settings.ts";
import type { Status } from "../virtual/status.ts";
import { bar, pad, type Style } from "./ansi.ts";

const LEAST_SPAN_V = 0.04;
const NARROWEST = 24;
const GOOD = 38;

type Scale = { readonly low_V: number; readonly high_V: number; readonly lowest: number; readonly highest: number };

function scaleOf(cells_V: readonly number[]): Scale {
  const low_V = Math.min(...cells_V);
  const high_V = Math.max(...cells_V);
  const margin_V = Math.max(0.15 * (high_V - low_V), (LEAST_SPAN_V - (high_V - low_V)) / 2);
  return {
    low_V: low_V - margin_V,
    high_V: high_V + margin_V,
    lowest: cells_V.indexOf(low_V),
    highest: cells_V.indexOf(high_V),
  };
}

/** Heading and at most `most` rows, as long as columns stay wide enough; with room to spare few wide columns. */
export function cellGridLines(status: Status, settings: Settings, width: number, most: number, style: Style): string[] {
  const { cells_V } = status;
  const scale = scaleOf(cells_V);
  const needed = Math.ceil(cells_V.length / Math.max(1, most));
  const columns = Math.max(1, Math.min(Math.floor(width / NARROWEST), Math.max(needed, Math.round(width / GOOD))));
  const each = Math.floor(width / columns);
  const rows = Math.ceil(cells_V.length / columns);
  const lines = [heading(status, scale, style)];
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({ length: columns }, (_, column) => column * rows + row).filter(
      (cell) => cell < cells_V.length,
    );
    lines.push(cells.map((cell) => pad(cellText(status, settings, scale, cell, each - 1, style), each)).join(""));
  }
  return lines;
}

function heading(status: Status, scale: Scale, style: Style): string {
  const { cells_V, balancing } = status;
  const spread_mV = (cells_V[scale.highest]! - cells_V[scale.lowest]!) * 1000;
  const bleeding = balancing.filter((on) => on).length;
  const doubt = status.cellValid.includes(false) ? `  ${style.yellow("?")} not believed` : "";
  const marks = `${style.yellow("▲")} highest  ${style.blue("▼")} lowest${bleeding > 0 ? `  ${style.cyan("◆")} balancing` : ""}${doubt}`;
  return ` ${style.bold("Cells")}  spread ${spread_mV.toFixed(1)} mV  ${marks}  ${style.grey(`bars ${scale.low_V.toFixed(3)} to ${scale.high_V.toFixed(3)} V`)}`;
}

function cellText(status: Status, settings: Settings, scale: Scale, cell: number, width: number, style: Style): string {
  const cell_V = status.cells_V[cell]!;
  const room = Math.max(3, width - 19);
  const part = (cell_V - scale.low_V) / (scale.high_V - scale.low_V);
  const believed = status.cellValid[cell] === true;
  const colour = believed ? colourOf(cell_V, settings, style) : style.grey;
  const mark = !believed
    ? style.yellow("?")
    : cell === scale.highest
      ? style.yellow("▲")
      : cell === scale.lowest
        ? style.blue("▼")
        : " ";
  const bleeding = status.balancing[cell] === true ? style.cyan("◆") : " ";
  const soc = `${Math.round((status.cellSoc[cell] ?? 0) * 100)}%`.padStart(4);
  return ` ${String(cell + 1).padStart(2)} ${colour(cell_V.toFixed(4))} ${pad(colour(bar(part, room)), room)}${style.grey(soc)} ${mark}${bleeding}`;
}

/** Red beyond a trip, yellow in the tier before it, green between. */
function colourOf(cell_V: number, settings: Settings, style: Style): (text: string) => string {
  const { overvoltage, undervoltage, voltageTooHigh } = settings.protections;
  if (cell_V > overvoltage.limit_V || cell_V < undervoltage.limit_V) return style.red;
  if (cell_V > voltageTooHigh.limit_V || cell_V < settings.dischargingStatus.clearReady_V) return style.yellow;
  return style.green;
}
