// What can happen to a device, as the journal tells it: each function makes one event of what it is given. When it
// happened, and how far the clock is believed, the journal adds (journal.ts).

import type { Bms } from "../core/bms.ts";
import type { ContactorName } from "../core/decide/decided.ts";
import { explain } from "../core/protect/explanation.ts";
import { EVENTS, type EventCode, type EventDraft } from "../model/events.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";

/** An event without its time. */
export type Happening = Omit<EventDraft, "wall_ms" | "clock" | "uptime_s">;

type Details = Partial<Omit<Happening, "code" | "text">>;

/** An event with the severity of its code, noticed by the device itself, about nothing in particular. */
export const happening = (code: EventCode, text: string, details: Details = {}): Happening => ({
  ...{ source: "device", code, severity: EVENTS[code].severity, subject: "", actor: "", text },
  ...details,
});

const MODE_WORDS: Readonly<Record<string, string>> = {
  off: "off",
  standby: "standby",
  starting: "starting: measuring before anything closes",
  running: "running",
  poweringDown: "powering down",
};

export const modeChanged = (mode: string): Happening =>
  happening("mode", MODE_WORDS[mode] ?? mode, { source: "core", subject: mode });

const CONTACTOR_WORDS: Readonly<Record<ContactorName, string>> = {
  charge: "charging contactor",
  discharge: "discharging contactor",
  precharge: "precharge contactor",
  common: "charge/discharge contactor",
  main: "main contactor",
};

export const contactorMoved = (name: ContactorName, closed: boolean): Happening =>
  happening(
    closed ? "contactorClosed" : "contactorOpened",
    `${CONTACTOR_WORDS[name]} ${closed ? "closed" : "opened"}`,
    { source: "core", subject: name },
  );

/** An error or indication that is set: `value` is the code where the fault has kinds, and then there is no limit. */
export function tripped(bms: Bms, name: FaultName): Happening {
  const row = FAULT_ROWS[name];
  const state = bms.protect.faults[name];
  const isCritical = bms.plan.protect.rules[FAULT_NAMES.indexOf(name)]?.critical === true;
  const code = row.level === "error" ? "tripped" : "indicated";
  return happening(code, explain(name, state), {
    ...{ source: "core", subject: name, value: state.value },
    ...(row.limit === undefined ? {} : { limit: state.limit }),
    ...(isCritical && row.level === "error" ? { severity: "critical" } : {}),
  });
}

export const cleared = (name: FaultName): Happening =>
  happening("cleared", `cleared: ${FAULT_ROWS[name].title}`, { source: "core", subject: name });

/** `value`: how many cells. */
export function balancingStarted({ commands }: Bms): Happening {
  const cells = Array.from(commands.balance).flatMap((on, i) => (on === 1 ? [i + 1] : []));
  const text = `balancing started: cell${cells.length === 1 ? "" : "s"} ${cells.join(", ")}`;
  return happening("balancingStarted", text, { source: "core", value: cells.length });
}

/** `rest_s`: how long ago the last resistor was switched off. */
export const balancingStopped = (rest_s: number): Happening =>
  happening("balancingStopped", `balancing stopped ${(rest_s / 60).toFixed(0)} min ago`, { source: "core" });

/** `value`: cycles. */
export function counters({ estimate }: Bms): Happening {
  const { lifetimeCharged_Ah, lifetimeDischarged_Ah, lifetimeReceived_Wh, lifetimeDelivered_Wh, cycles } = estimate;
  const text =
    `counters: charged ${lifetimeCharged_Ah.toFixed(2)} Ah (${lifetimeReceived_Wh.toFixed(0)} Wh), ` +
    `discharged ${lifetimeDischarged_Ah.toFixed(2)} Ah (${lifetimeDelivered_Wh.toFixed(0)} Wh), ` +
    `${cycles.toFixed(2)} cycles, ${(estimate.operating_s / 3600).toFixed(1)} h of operation`;
  return happening("counters", text, { source: "core", value: cycles });
}

/** `step_s`: forward, or back where negative. */
export const clockStepped = (step_s: number): Happening =>
  happening(
    "clockStepped",
    `the wall clock was set ${step_s > 0 ? "forward" : "back"} by ${Math.abs(step_s).toFixed(1)} s`,
    {
      value: step_s,
    },
  );

/** The machine was suspended, or too busy, for longer than is caught up. */
export const stoodStill = (time_s: number): Happening =>
  happening("stoodStill", `this machine stood still for ${time_s.toFixed(0)} s`, { value: time_s });
