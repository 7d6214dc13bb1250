// One contactor on an output of header X1: closing and opening take time, closing bounces, contacts wear and weld.
// The main contact carries the current; the auxiliary contact that reports it follows the closed armature.

import { between, type Random } from "../../base/random.ts";

export type ContactorPhase = "open" | "closing" | "bouncing" | "closed" | "opening";

export type Contactor = {
  phase: ContactorPhase;
  /** Until the next event of the phase; 0 when nothing is under way. */
  timer_us: number;
  bounce_us: number;
  /** 1: the main contact conducts; the auxiliary contact is closed. */
  contact: number;
  auxiliary: number;
  closings: number;
  /** By wear or by fault. */
  welded: number;
  stuckOpen: number;
  closing_us: number;
  opening_us: number;
  bouncing_us: number;
};

export const createContactor = (closing_ms: number, opening_ms: number, bounce_ms: number): Contactor => ({
  phase: "open",
  timer_us: 0,
  bounce_us: 0,
  contact: 0,
  auxiliary: 0,
  closings: 0,
  welded: 0,
  stuckOpen: 0,
  closing_us: Math.round(closing_ms * 1000),
  opening_us: Math.round(opening_ms * 1000),
  bouncing_us: Math.round(bounce_ms * 1000),
});

/** The coil takes or loses its voltage. */
export function energise(contactor: Contactor, on: boolean): void {
  if (on && contactor.stuckOpen === 0) {
    if (contactor.phase === "open") begin(contactor, "closing", contactor.closing_us);
    else if (contactor.phase === "opening") begin(contactor, "closed", 0);
  } else if (contactor.phase === "closing") begin(contactor, "open", 0);
  else if (contactor.phase === "closed" || contactor.phase === "bouncing") {
    contactor.contact = 1;
    begin(contactor, "opening", contactor.opening_us);
  }
  overrule(contactor);
}

/** Let dt_us pass; callers slice time so that dt_us never exceeds timer_us while one runs. */
export function advanceContactor(contactor: Contactor, random: Random, dt_us: number): void {
  if (contactor.timer_us > 0) {
    contactor.timer_us -= dt_us;
    if (contactor.timer_us <= 0) finishPhase(contactor, random);
  }
  overrule(contactor);
}

/** A welded or a dead contactor does not follow its coil. */
export function overrule(contactor: Contactor): void {
  if (contactor.welded === 1) {
    contactor.contact = 1;
    contactor.auxiliary = 1;
  } else if (contactor.stuckOpen === 1) {
    contactor.contact = 0;
    contactor.auxiliary = 0;
  }
}

/** Contacts that stuck or welded follow the coil again. */
export function free(contactor: Contactor): void {
  const closed = contactor.phase === "closed" || contactor.phase === "opening" ? 1 : 0;
  contactor.welded = 0;
  contactor.contact = closed;
  contactor.auxiliary = closed;
  overrule(contactor);
}

function begin(contactor: Contactor, phase: ContactorPhase, timer_us: number): void {
  contactor.phase = phase;
  contactor.timer_us = timer_us > 0 ? timer_us : 0;
  if (phase === "closed") {
    contactor.contact = 1;
    contactor.auxiliary = 1;
  } else if (phase === "open") {
    contactor.contact = 0;
    contactor.auxiliary = 0;
  } else if (timer_us <= 0) begin(contactor, phase === "opening" ? "open" : "closed", 0);
}

function finishPhase(contactor: Contactor, random: Random): void {
  switch (contactor.phase) {
    case "closing":
      contactor.closings++;
      contactor.bounce_us = contactor.bouncing_us;
      contactor.contact = 1;
      bounce(contactor, random);
      return;
    case "bouncing":
      contactor.contact = 1 - contactor.contact;
      bounce(contactor, random);
      return;
    case "opening":
      begin(contactor, "open", 0);
      return;
    case "open":
    case "closed":
      return;
  }
}

function bounce(contactor: Contactor, random: Random): void {
  const part_us = Math.round(between(random, 200, 900));
  if (contactor.bounce_us <= part_us) {
    begin(contactor, "closed", 0);
    return;
  }
  contactor.bounce_us -= part_us;
  contactor.phase = "bouncing";
  contactor.timer_us = part_us;
}
