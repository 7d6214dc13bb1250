// The signals that can be drawn, one by one: each cell and each sensor by itself, found by name, group and help of the tables.

import { ELEMENTS } from "../../model/signal-image.ts";
import { SIGNAL_NAMES } from "../../model/signals.ts";
import { SIGNALS } from "../tables/signals.ts";
import { signalTitle } from "./signal-titles.ts";

export type Drawable = {
  /** "cells_V[3]". */
  readonly name: string;
  /** As people count: "cells_V 4". */
  readonly label: string;
  /** In words: "Cell 4". */
  readonly title: string;
  readonly group: string;
  readonly help: string;
};

/** As many as the server draws at once. */
export const MOST_SIGNALS = 24;

/** @param cells how many there are of what is one per cell */
export function drawables(cells: number): readonly Drawable[] {
  return SIGNAL_NAMES.flatMap((name): Drawable[] => {
    const { per, group, help } = SIGNALS[name]!;
    if (per === undefined) return [{ name, label: name, title: signalTitle(name), group, help }];
    const count = per === "cell" ? Math.min(cells, ELEMENTS.cell) : ELEMENTS[per];
    return Array.from({ length: count }, (_, i) => ({
      ...{ name: `${name}[${i}]`, group, help },
      label: labelOf(`${name}[${i}]`),
      title: signalTitle(`${name}[${i}]`),
    }));
  });
}

/** "cells_V[3]" → "cells_V 4". */
export const labelOf = (name: string): string =>
  name.replace(/\[(\d+)\]$/, (_, place: string) => ` ${Number(place) + 1}`);

/** Those that have every word somewhere; names first. */
export function findDrawables(all: readonly Drawable[], query: string): readonly Drawable[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return all;
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const byName = all.filter(({ label, name, title }) => has(`${label} ${name} ${title}`));
  return [
    ...byName,
    ...all.filter((each) => !byName.includes(each) && has(`${each.label} ${each.group} ${each.help}`)),
  ];
}

const each = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}[${i}]`);

export const PRESETS = {
  charge: () => ["soc", "current_A"],
  cells: (cells: number) => each("cells_V", cells),
  extremes: () => ["minCell_V", "maxCell_V", "averageCell_V"],
  temperatures: () => ["minTemperature_degC", "maxTemperature_degC", "board_degC"],
  limits: () => ["current_A", "chargeLimit_A", "dischargeLimit_A"],
} as const satisfies Readonly<Record<string, (cells: number) => readonly string[]>>;
export type PresetName = keyof typeof PRESETS;
