// What the pages of the wiring know: the plan of the pins for a number of cells, what is wrong now, and at which pins.

import { type Accessor, createMemo } from "solid-js";
import { type PinUse, pinUses } from "../../model/pin-uses.ts";
import type { Settings } from "../../model/settings.ts";
import { type Finding, wiringFindings } from "../../monitor/wiring-findings.ts";
import type { Monitor } from "./monitor.ts";

export type WiringView = {
  readonly uses: Accessor<readonly PinUse[]>;
  readonly findings: Accessor<readonly Finding[]>;
  /** By "X8.15": how bad it is there. */
  readonly marks: Accessor<ReadonlyMap<string, Finding["level"]>>;
  readonly cells: Accessor<number>;
  /** The plan is that of the device, so its cells can be shown in it. */
  readonly isLive: Accessor<boolean>;
};

/** @param planned another number of cells than is set; undefined: as set */
export function createWiringView(
  monitor: Monitor,
  settings: Accessor<Settings>,
  planned: Accessor<number | undefined>,
): WiringView {
  const cells = (): number => planned() ?? settings().battery.cells;
  const isLive = (): boolean => cells() === settings().battery.cells;
  const uses = createMemo(() => pinUses(settings(), cells()));
  const setUses = createMemo(() => pinUses(settings(), settings().battery.cells));
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const findings = createMemo(
    () =>
      monitor.frame() === undefined || monitor.device() === undefined
        ? []
        : wiringFindings(monitor, settings(), setUses(), monitor.device()!.errors),
    [],
    { equals: same },
  );
  const marks = createMemo(() => {
    const all = new Map<string, Finding["level"]>();
    for (const { pins, level } of findings()) for (const pin of pins) if (all.get(pin) !== "wrong") all.set(pin, level);
    return all;
  });
  return { uses, findings, marks, cells, isLive };
}
