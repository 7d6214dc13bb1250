// What `bms run` prints where there is no terminal: one line a second, as words or as a JSON object.

import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import type { Session } from "../device/session.ts";
import { LOG_TROUBLES } from "../model/signals-equipment.ts";
import { readStatus, type Status } from "../virtual/status.ts";

export type Show = { readonly stop: () => void };

const PERIOD_ms = 1000;
const LOOK_ms = 20;

/** Prints the first line with the first believed cells, then one each second, and a last one at the end. */
export function startLines(session: Session, json: boolean, all: boolean): Show {
  let next_ms = 0;
  let printed = 0;
  const print = (): void => {
    process.stdout.write(`${json ? jsonLine(session, printed === 0, all) : statusLine(session)}\n`);
    printed++;
  };
  const timer = setInterval(() => {
    const now_ms = performance.now();
    if (printed === 0 && session.device.bms.measure.cellsValid === 0 && now_ms < 2 * PERIOD_ms) return;
    if (now_ms < next_ms) return;
    next_ms = next_ms === 0 ? now_ms + PERIOD_ms : next_ms + PERIOD_ms;
    print();
  }, LOOK_ms);
  return {
    stop: () => {
      clearInterval(timer);
      print();
    },
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const roundAll = (values: readonly number[], digits: number): number[] => values.map((value) => round(value, digits));

/** One JSON object; quantities rounded to what the sensors can tell. `all` adds the snapshot of every signal. */
export function jsonLine(session: Session, first: boolean, all: boolean): string {
  const status = readStatus(session.device.bms);
  const { pace } = session.loop ?? { pace: undefined };
  return JSON.stringify({
    ...(first ? { start_ms: session.start_ms, resumed: session.resumed } : {}),
    time_s: round(session.device.run.time_us / 1e6, 3),
    mode: status.mode,
    soc: round(status.soc, 5),
    socBound: round(status.socBound, 5),
    battery_V: round(status.battery_V, 3),
    current_A: round(status.current_A, 3),
    power_W: round(status.power_W, 1),
    believed: status.believed,
    cells_V: roundAll(status.cells_V, 4),
    temperatures_degC: roundAll(status.temperatures_degC, 2),
    contactors: status.contactors,
    balancing: status.balancing.flatMap((on, i) => (on ? [i + 1] : [])),
    limits: {
      charge: { limit_A: round(status.limits.charge.limit_A, 2), reason: status.limits.charge.reason },
      discharge: { limit_A: round(status.limits.discharge.limit_A, 2), reason: status.limits.discharge.reason },
    },
    errors: status.errors,
    indications: status.indications,
    written: written(session),
    overruns: pace?.overruns ?? 0,
    lost_s: round((pace?.lost_us ?? 0) / 1e6, 3),
    ...(all ? { signals: takeSnapshot(createSnapshotReader(session.device.bms)) } : {}),
  });
}

/** What is on the disk: the journal's last entry, the device time of the saved state, and the log. */
function written({ writing, device }: Session): object {
  const { report } = writing.log ?? {};
  const behind_s = writing.log === undefined ? 0 : writing.recorder.time_us / 1e6 - writing.log.acknowledged() / 1e6;
  return {
    journal: writing.store.written,
    state_s: round(writing.keeper.saved_us / 1e6, 3),
    log_s: writing.log === undefined ? null : round(Math.max(0, device.run.time_us / 1e6 - behind_s), 3),
    trouble: LOG_TROUBLES[report?.trouble ?? 0] ?? "failed",
    bytesPerHour: Math.round(report?.bytesPerHour ?? 0),
  };
}

/** One line for a person. */
export function statusLine(session: Session): string {
  const status = readStatus(session.device.bms);
  const { battery, current } = status.believed;
  return (
    `${(session.device.run.time_us / 1e6).toFixed(1).padStart(9)} s  ${status.mode.padEnd(8)}  ${socWords(status)}  ${status.battery_V.toFixed(2)} V${doubt(battery)}  ` +
    `${signed(status.current_A)} A${doubt(current)}  cells ${cellRange(status)}  ${closedWords(status)}${errorWords(status)}`
  );
}

const doubt = (believed: boolean): string => (believed ? "" : " (not believed)");
const signed = (value: number): string => `${value >= 0 ? "+" : "-"}${Math.abs(value).toFixed(1)}`.padStart(7);
const socWords = ({ soc, socBound }: Status): string => `${(soc * 100).toFixed(1)} % ±${(socBound * 100).toFixed(1)}`;
const cellRange = ({ cells_V }: Status): string =>
  `${Math.min(...cells_V).toFixed(3)} to ${Math.max(...cells_V).toFixed(3)} V`;

function closedWords({ contactors }: Status): string {
  const closed = Object.entries(contactors).flatMap(([name, isClosed]) => (isClosed ? [name] : []));
  return closed.length === 0 ? "all contactors open" : `closed: ${closed.join(" ")}`;
}

const errorWords = ({ errors }: Status): string => errors.map(({ sentence }) => `  ERROR ${sentence}`).join("");
