// Grades what is on a bus, in real time. It may be ended before its time: what has been judged until then is told.

import type { CanFrame } from "../base/can-frame.ts";
import { MACHINE_CLOCK } from "../device/loop.ts";
import {
  createGrade,
  type Grade,
  type GradeOptions,
  gradeDeadline_us,
  gradeFrame,
  gradePoll,
  isGraded,
} from "../equipment/grade.ts";
import type { CanConnection } from "./can-target.ts";

/** Opens the bus; its frames may come before it has been opened for us. */
type Connect = (received: (frame: CanFrame) => void) => Promise<CanConnection>;

/** Until all is judged, the bus goes away, or somebody ends it. Throws what `connect` throws. */
export async function gradeOnBus(wanted: GradeOptions, connect: Connect): Promise<Grade> {
  const grade = createGrade(wanted);
  let given = 0;
  let bus: CanConnection | undefined;
  const sendAll = (frames: readonly CanFrame[]): void => {
    for (const frame of frames) void bus?.send(frame);
  };
  bus = await connect((frame) => {
    if (bus !== undefined) sendAll(gradeFrame(grade, frame, MACHINE_CLOCK.now_us())); // nothing could be answered before
  });
  let isEnded = false;
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => (isEnded = true));
  while (!isGraded(grade) && !isEnded && bus.trouble() === undefined) {
    const now_us = MACHINE_CLOCK.now_us();
    sendAll(gradePoll(grade, now_us));
    for (; given < grade.verdicts.length; given++) progress(grade, given);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(1, (gradeDeadline_us(grade, now_us) - MACHINE_CLOCK.now_us()) / 1000)),
    );
  }
  await bus.close();
  if (bus.trouble() !== undefined) process.stderr.write(`bms: ${bus.place}: ${bus.trouble()}\n`);
  return grade;
}

function progress(grade: Grade, at: number): void {
  const { title, verdict } = grade.verdicts[at]!;
  if (process.stderr.isTTY) process.stderr.write(`${at + 1} of ${grade.situations.length}: ${title}: ${verdict}\n`);
}
