// The live view as lines of text: everything that matters of the device on one screen, from 80 columns on. A low screen
// loses its events first, then blank lines, then cells. Pure: what to show comes in, lines go out.

import { wrap } from "../base/wrap.ts";
import type { MonitorPlace } from "../device/monitor-frames.ts";
import type { Settings } from "../model/settings.ts";
import type { Event } from "../virtual/journal.ts";
import type { ContactorDetail, Limit, Status } from "../virtual/status.ts";
import { bar, clip, pad, type Style, widthOf } from "./ansi.ts";
import { cellGridLines } from "./cell-grid.ts";

export type View = {
  readonly status: Status;
  readonly settings: Settings;
  /** Time of the session, s; a device that woke up counts its own anew. */
  readonly time_s: number;
  readonly speed: number;
  readonly reached: number;
  readonly overruns: number;
  readonly asleep: boolean;
  readonly load: string;
  readonly charger: string;
  readonly modelFaults: readonly string[];
  /** The model's own state of charge, which the device does not see. */
  readonly trueSoc: number;
  readonly events: readonly Event[];
  /** Where the state is kept, and the scenario that is played. */
  readonly place: string;
  /** Where the monitor is to be found; undefined: nobody has said. */
  readonly monitor?: MonitorPlace | undefined;
};

/** What stands in place of errors and events, in a height, and its own keys. */
export type Menu = { readonly lines: (height: number) => readonly string[]; readonly keys: string };

/** From this width on the two limits stand beside each other. */
const BESIDE = 112;
const KEYS = "b button  c charger  l load  f faults  + - speed  a acknowledge  q quit";

/** Exactly `height` lines of at most `width` columns. `menu` replaces errors and events. */
export function panelLines(view: View, width: number, height: number, style: Style, menu?: Menu): string[] {
  const head = [title(view, width, style), rule(width, style), ...packLines(view, width, style)];
  const cells = [
    "",
    ...cellGridLines(view.status, view.settings, width, height >= 36 ? 9 : 6, style),
    temperatures(view, style),
  ];
  const foot = [rule(width, style), footer(menu?.keys ?? KEYS, width, style)];
  const room = height - head.length - cells.length - foot.length;
  const body = menu === undefined ? reports(view, Math.max(3, room), width, style) : menu.lines(Math.max(6, room - 1));
  const top = [...head, ...cells].slice(0, Math.max(0, height - foot.length - body.length));
  const middle = [...top, ...(room > body.length ? [""] : []), ...body].slice(0, height - foot.length);
  while (middle.length < height - foot.length) middle.push("");
  return [...middle, ...foot].map((line) => clip(line, width));
}

const rule = (width: number, style: Style): string => style.grey("─".repeat(width));

function sides(left: string, right: string, width: number): string {
  const gap = width - widthOf(left) - widthOf(right);
  return gap < 1 ? `${clip(left, Math.max(1, width - widthOf(right) - 1))} ${right}` : left + " ".repeat(gap) + right;
}

const MODES: Readonly<Record<string, string>> = {
  off: "off",
  standby: "standby",
  starting: "starting",
  running: "running",
  poweringDown: "powering down",
};

function title(
  { status, settings, time_s, speed, reached, overruns, asleep, ...view }: View,
  width: number,
  style: Style,
): string {
  const { cells, chemistry, capacity_Ah } = settings.battery;
  const mode = asleep
    ? style.yellow("asleep: press b")
    : status.mode === "running"
      ? style.green("running")
      : style.yellow(MODES[status.mode] ?? status.mode);
  const left = ` ${style.bold("bms")}  ${cells} × ${chemistry} ${capacity_Ah} Ah   ${mode}   ${clock(time_s)}`;
  const pace = speed === 1 ? "" : `×${speed}${reached < 0.9 * speed ? ` (reaches ×${reached.toPrecision(2)})` : ""}  `;
  const late =
    overruns > 0 ? style.yellow(`${overruns} ${overruns === 1 ? "overrun" : "overruns"}`) : style.grey("on time");
  const right = `${pace}${late} `;
  const wide = widthOf(left) + widthOf(right) + view.place.length + 4 < width;
  return sides(left, `${wide ? style.grey(`${view.place}  `) : ""}${right}`, width);
}

/** Hours, minutes and seconds, with days before them where there are any. */
export function clock(time_s: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(time_s / 86_400);
  return `${days > 0 ? `${days} d ` : ""}${two((time_s / 3600) % 24)}:${two((time_s / 60) % 60)}:${two(time_s % 60)}`;
}

function packLines(view: View, width: number, style: Style): string[] {
  const { status } = view;
  const half = Math.floor(width / 2);
  const flow =
    status.current_A > 0.5
      ? style.green("charging")
      : status.current_A < -0.5
        ? style.cyan("discharging")
        : style.grey("at rest");
  const quantities = quantitiesOf(status, style);
  const told = timeToGo(status);
  const flowing = widthOf(quantities) + widthOf(flow) + told.length + 16 < width ? `   ${flow}` : "";
  const charge = ` Charge    ${limitText(status.limits.charge, status.current_A, style)}`;
  const discharge = ` Discharge ${limitText(status.limits.discharge, -status.current_A, style)}`;
  return [
    ` SOC       ${socBar(status, Math.max(10, Math.min(50, width - 55)), style)}  ${socWords(view, style)}`,
    sides(` Pack     ${quantities}${flowing}`, `${told} `, width),
    ...(width >= BESIDE ? [pad(charge, half) + discharge] : [charge, discharge]),
    ` ${status.contactorDetails.map((contactor) => contactorText(contactor, width, style)).join("  ")}`,
    ` ${style.grey("outside")} load: ${view.load}   charger: ${view.charger}${view.modelFaults.length > 0 ? `   ${style.red(`broken: ${view.modelFaults.join(", ")}`)}` : ""}`,
    ...monitorLines(view, style),
  ];
}

/** With the code for the first owner: who reads it here stands at the machine. */
function monitorLines({ monitor }: View, style: Style): string[] {
  if (monitor === undefined || monitor.urls.length === 0) return [];
  const code = monitor.code === undefined ? "" : `   first owner's code ${style.bold(monitor.code)}`;
  return [` ${style.grey("monitor")} ${style.cyan(monitor.urls.join("  "))}${code}`];
}

const signed = (value: number, digits: number): string =>
  `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(digits)}`.padStart(6);

/** Filled up to the estimate less its bound, shaded where the truth may lie. */
function socBar({ soc, socBound }: Status, width: number, style: Style): string {
  const sure = Math.round(Math.max(0, soc - socBound) * width);
  const maybe = Math.round(Math.min(1, soc + socBound) * width);
  const middle = Math.min(width - 1, Math.round(soc * width));
  let text = "";
  for (let i = 0; i < width; i++)
    text +=
      i === middle ? style.bold("┃") : i < sure ? style.green("█") : i < maybe ? style.green("▒") : style.grey("·");
  return text;
}

function socWords({ status, trueSoc }: View, style: Style): string {
  return `${style.bold(`${(status.soc * 100).toFixed(1)} %`)} ±${(status.socBound * 100).toFixed(1)}  ${style.grey(`model ${(trueSoc * 100).toFixed(1)} %`)}`;
}

/** What is not believed has a question mark, as among the cells. */
function quantitiesOf({ battery_V, current_A, power_W, believed }: Status, style: Style): string {
  const { battery, current } = believed;
  const quantity = (text: string, isBelieved: boolean): string =>
    isBelieved ? style.bold(text) : `${style.grey(text)} ${style.yellow("?")}`;
  return [
    quantity(`${battery_V.toFixed(2)} V`, battery),
    quantity(`${signed(current_A, 1)} A`, current),
    quantity(`${signed(power_W, 0)} W`, battery && current),
  ].join("   ");
}

function timeToGo({ timeToEmpty_s, timeToFull_s, remaining_Ah, current_A }: Status): string {
  const left = `${remaining_Ah.toFixed(1)} Ah left`;
  if (current_A < 0 && timeToEmpty_s >= 0) return `${left}, empty in ${duration(timeToEmpty_s)}`;
  return current_A > 0 && timeToFull_s >= 0 ? `${left}, full in ${duration(timeToFull_s)}` : left;
}

/** A length of time in its two largest units. */
export function duration(time_s: number): string {
  if (time_s >= 99 * 3600) return "more than 4 days";
  if (time_s >= 3600) return `${Math.floor(time_s / 3600)} h ${Math.floor((time_s / 60) % 60)} min`;
  return time_s >= 60 ? `${Math.floor(time_s / 60)} min` : `${Math.floor(time_s)} s`;
}

function limitText({ limit_A, reason }: Limit, used_A: number, style: Style): string {
  const share = limit_A > 0 ? used_A / limit_A : 0;
  const colour = limit_A === 0 ? style.yellow : share > 1 ? style.red : style.green;
  return `≤ ${colour(`${limit_A.toFixed(1)} A`.padEnd(7))} ${pad(style.cyan(bar(share, 5)), 5)} ${style.grey(reason)}`;
}

function contactorText({ name, closed, phase, feedback }: ContactorDetail, width: number, style: Style): string {
  const [on, off] = width >= 90 ? ["━●━", "━╱━"] : ["●", "○"];
  const symbol = closed ? style.green(on!) : style.grey(off!);
  const word =
    phase === "closed"
      ? style.green(phase)
      : phase === "blocked"
        ? style.red(phase)
        : phase === "open"
          ? style.grey(phase)
          : style.yellow(phase);
  return `${name} ${symbol} ${word}${feedback === "none" ? "" : style.red(` ${feedback}`)}`;
}

function temperatures({ status, settings }: View, style: Style): string {
  const { lowTemperatureCharge: low, highTemperatureDischarge: high } = settings.protections;
  const words = status.temperatures_degC.map((value) =>
    (value < low.limit_degC || value > high.limit_degC ? style.red : style.green)(`${value.toFixed(1)} °C`),
  );
  return ` ${style.bold("Temperatures")}  ${words.length === 0 ? style.yellow("none believed") : words.join("  ")}`;
}

/** Active errors with their sentences, then as many events as pad, the latest last. */
function reports(view: View, height: number, width: number, style: Style): string[] {
  const { errors, indications } = view.status;
  const active = [
    ...errors.flatMap(({ sentence }) => bulleted(sentence, style.red("●"), width)),
    ...indications.flatMap(({ sentence }) => bulleted(sentence, style.yellow("●"), width)),
  ];
  const head = active.length === 0 ? [` ${style.green("No errors")}`] : active.slice(0, Math.max(1, height - 2));
  const room = height - head.length - 1;
  const events = room > 0 ? view.events.slice(-room).map((event) => eventLine(event, width, style)) : [];
  return [...head, ...(events.length > 0 ? [` ${style.bold("Events")}`, ...events] : [])];
}

const bulleted = (sentence: string, bullet: string, width: number): string[] =>
  wrap(sentence, width - 1, "   ").map((line, i) => (i === 0 ? ` ${bullet} ${line.trimStart()}` : line));

const EVENT_COLOUR = { fine: "green", info: "grey", error: "red" } as const;

const eventLine = ({ time_s, kind, text }: Event, width: number, style: Style): string =>
  clip(
    ` ${style.grey(`${clock(time_s)}.${Math.floor((time_s * 10) % 10)}`)}  ${style[EVENT_COLOUR[kind]](text)}`,
    width,
  );

const footer = (keys: string, width: number, style: Style): string => clip(` ${style.grey(keys)}`, width);
