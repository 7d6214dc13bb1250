// Grades what is on a bus, in real time. It may be ended before its time: what has been judged until then is told.

import type { CanFrame } from "../base/can-frame.ts";
import { MACHINE_CLOCK } from "../device/machine-clock.ts";
import {
  createGrade,
  type Grade,
  type GradeOptions,
  gradeDeadline_us,
  gradeFrame,
  gradePoll,
  isGraded,
} from "../equipment/grade.ts";
import { EXTENDED, idsToPartners } from "../model/can-partners.ts";
import type { CanConnection } from "./can-target.ts";
import { UsageError } from "./usage-error.ts";

/** Opens the bus; its frames may come before it has been opened for us. */
type Connect = (received: (frame: CanFrame) => void) => Promise<CanConnection>;

/** A battery speaks once a second; two of its turns, and a little. */
const LISTEN_ms = 2500;

/**
 * Until all is judged, the bus goes away, or somebody ends it. Throws what `connect` throws, and UsageError when somebody else
 * plays the battery already.
 * @param listen_ms how long to listen for that before playing
 */
export async function gradeOnBus(wanted: GradeOptions, connect: Connect, listen_ms = LISTEN_ms): Promise<Grade> {
  const grade = createGrade(wanted);
  const ours = new Set(idsToPartners(wanted.settings));
  let rival: CanFrame | undefined;
  let hear = (frame: CanFrame): void => {
    if (ours.has(frame.extended ? frame.id + EXTENDED : frame.id)) rival ??= frame;
  };
  const bus = await connect((frame) => hear(frame));
  let isEnded = false;
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => (isEnded = true));
  const until_us = MACHINE_CLOCK.now_us() + listen_ms * 1000;
  while (rival === undefined && !isEnded && MACHINE_CLOCK.now_us() < until_us) await pause(50);
  if (rival !== undefined) await refuse(bus, rival);
  hear = (frame) => sendAll(bus, gradeFrame(grade, frame, MACHINE_CLOCK.now_us()));
  await play(grade, bus, () => isEnded);
  await bus.close();
  if (bus.trouble() !== undefined) process.stderr.write(`bms: ${bus.place}: ${bus.trouble()}\n`);
  return grade;
}

const pause = (time_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time_ms));

function sendAll(bus: CanConnection, frames: readonly CanFrame[]): void {
  for (const frame of frames) void bus.send(frame);
}

async function play(grade: Grade, bus: CanConnection, isEnded: () => boolean): Promise<void> {
  let given = 0;
  while (!isGraded(grade) && !isEnded() && bus.trouble() === undefined) {
    const now_us = MACHINE_CLOCK.now_us();
    sendAll(bus, gradePoll(grade, now_us));
    for (; given < grade.verdicts.length; given++) progress(grade, given);
    await pause(Math.max(1, (gradeDeadline_us(grade, now_us) - MACHINE_CLOCK.now_us()) / 1000));
  }
}

async function refuse(bus: CanConnection, { id }: CanFrame): Promise<never> {
  await bus.close();
  throw new UsageError(
    `somebody else sends 0x${id.toString(16).toUpperCase()} on ${bus.place}, as a battery does: take the other one off the bus first`,
  );
}

function progress(grade: Grade, at: number): void {
  const { title, verdict } = grade.verdicts[at]!;
  if (process.stderr.isTTY) process.stderr.write(`${at + 1} of ${grade.situations.length}: ${title}: ${verdict}\n`);
}
