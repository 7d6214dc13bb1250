// Grades a modelled partner in virtual time: a battery of one resistance stands between both, and a meter, if there is one,
// reads the current.

import {
  createGrade,
  type Grade,
  type GradeOptions,
  gradeFrame,
  gradePoll,
  isGraded,
  measured,
  wantedFlow,
} from "../../equipment/grade.ts";
import type { BusPartner } from "./bus-partner.ts";

const STEP_us = 100_000;
const RESISTANCE_Ohm = 0.01;
/** Nobody takes longer than this over all situations. */
const MOST_us = 4 * 3600e6;

/** @param hasMeter whether the grader is told the current, or has to take it from the partner's frames */
export function gradeModel(options: GradeOptions, partner: BusPartner, hasMeter: boolean): Grade {
  const grade = createGrade(options, hasMeter);
  let current_A = 0;
  for (let now_us = 0; now_us < MOST_us && !isGraded(grade); now_us += STEP_us) {
    partner.wants?.(wantedFlow(grade));
    const battery_V = options.battery_V + RESISTANCE_Ohm * current_A;
    for (const frame of gradePoll(grade, now_us)) partner.hear(frame, now_us);
    for (const frame of partner.live(now_us, battery_V, current_A))
      for (const answer of gradeFrame(grade, frame, now_us)) partner.hear(answer, now_us);
    current_A = partner.charge_A() > 0 ? partner.charge_A() : -partner.discharge_A();
    if (hasMeter) measured(grade, current_A, now_us);
  }
  return grade;
}
