// Recorded requests put to a device that is played (track.ts): what would overwrite an altered setting does not, and what the
// device refuses is noted.

import { type Bms, step } from "../core/bms.ts";
import type { Request } from "../core/requests.ts";
import type { Sensors } from "../core/sensors.ts";
import type { Answer } from "../model/asking.ts";
import type { Changes } from "../model/presets.ts";
import { keepAltered } from "./altered-settings.ts";
import { requestWords } from "./request-words.ts";

/** Something the report tells: `at_us` log time. */
export type Remark = { readonly at_us: number; readonly text: string };

export type AskedTrack = {
  /** How many recorded requests the device got, and which of them (counted from 0) it refused, and why. */
  requests: number;
  readonly refused: (Remark & { readonly request: number })[];
  /** Recorded changes of a setting that the altered value withstood. */
  readonly withstood: Remark[];
};

/** One tick with requests, which ends at `at_us` of log time. */
export function stepAsked(
  track: AskedTrack,
  bms: Bms,
  sensors: Sensors,
  requests: readonly Request[],
  changes: Changes | undefined,
  dt_us: number,
  at_us: number,
): void {
  const asked =
    changes === undefined
      ? requests
      : requests.map((request) => {
          const kept = keepAltered(request, changes, bms.settings);
          if (kept.names.length > 0) track.withstood.push({ at_us, text: kept.names.join(", ") });
          return kept.request;
        });
  step(bms, sensors, asked, dt_us);
  for (let i = 0; i < requests.length; i++) {
    const answer = bms.answers[i];
    const request = track.requests++;
    if (!answer.ok)
      track.refused.push({ request, at_us, text: `${requestWords(requests[i])}: ${refusalWords(answer)}` });
  }
}

function refusalWords({ reason, violations = [] }: Extract<Answer, { ok: false }>): string {
  const told = violations.map(({ setting, reason: why }) => `${setting} ${why}`);
  return told.length === 0 ? reason : told.join("; ");
}
