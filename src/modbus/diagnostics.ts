// Function 0x08, diagnostics of a serial line (application protocol V1.1b3, 6.8): echo, restart, listening only, counters.

import { type CounterName, type Counters, clearCounters } from "./counters.ts";
import { exception, FUNCTIONS, u16At } from "./protocol.ts";

export type Diagnosed = {
  /** Undefined: no answer. */
  readonly pdu: Uint8Array | undefined;
  /** Whether the line only listens from now on. */
  readonly isListeningOnly: boolean;
};

const RETURN_QUERY = 0x00;
const RESTART = 0x01;
const REGISTER = 0x02;
const DELIMITER = 0x03;
const LISTEN_ONLY = 0x04;
const CLEAR = 0x0a;
const CLEAR_OVERRUN = 0x14;
const CLEAR_LOG = 0xff00;

/** Counters by subfunction (6.8.1). */
const COUNTER_OF: Readonly<Record<number, CounterName>> = {
  11: "busMessages",
  12: "communicationErrors",
  13: "exceptions",
  14: "serverMessages",
  15: "noResponses",
  16: "negativeAcknowledges",
  17: "busy",
  18: "overruns",
};

/** Answers a request 0x08 for this server. While only listening nothing is answered, and only a restart is obeyed. */
export function diagnose(pdu: Uint8Array, counters: Counters, isListeningOnly: boolean): Diagnosed {
  if (!isListeningOnly) return answer(pdu, counters);
  const isRestart = pdu.length === 5 && u16At(pdu, 1) === RESTART && isRestartData(u16At(pdu, 3));
  if (isRestart) restart(pdu, counters);
  return { pdu: undefined, isListeningOnly: !isRestart };
}

const isRestartData = (data: number): boolean => data === 0 || data === CLEAR_LOG;

/** Clears the counters and ends listening only. The event log that FF00 clears too is none here. */
function restart(pdu: Uint8Array, counters: Counters): Diagnosed {
  clearCounters(counters);
  return { pdu, isListeningOnly: false };
}

function answer(pdu: Uint8Array, counters: Counters): Diagnosed {
  const refuse = (code: 1 | 3): Diagnosed => ({ pdu: exception(FUNCTIONS.diagnostics, code), isListeningOnly: false });
  if (pdu.length < 5 || pdu.length % 2 === 0) return refuse(3);
  const sub = u16At(pdu, 1);
  const data = u16At(pdu, 3);
  if (sub === RETURN_QUERY) return { pdu, isListeningOnly: false };
  if (!isKnown(sub)) return refuse(1);
  if (pdu.length !== 5) return refuse(3);
  if (sub === RESTART) return isRestartData(data) ? restart(pdu, counters) : refuse(3);
  if (sub === DELIMITER) return (data & 0xff) === 0 ? { pdu, isListeningOnly: false } : refuse(3);
  return data === 0 ? plain(pdu, sub, counters) : refuse(3);
}

const isKnown = (sub: number): boolean =>
  sub <= LISTEN_ONLY || sub === CLEAR || sub === CLEAR_OVERRUN || COUNTER_OF[sub] !== undefined;

/** Subfunctions whose data must be 0. */
function plain(pdu: Uint8Array, sub: number, counters: Counters): Diagnosed {
  if (sub === LISTEN_ONLY) return { pdu: undefined, isListeningOnly: true };
  if (sub === CLEAR) clearCounters(counters);
  if (sub === CLEAR_OVERRUN) counters.overruns = 0;
  const name = COUNTER_OF[sub];
  if (name === undefined) return { pdu: sub === REGISTER ? value(pdu, 0) : pdu, isListeningOnly: false };
  return { pdu: value(pdu, counters[name]), isListeningOnly: false };
}

const value = (pdu: Uint8Array, word: number): Uint8Array =>
  Uint8Array.of(pdu[0], pdu[1], pdu[2], word >>> 8, word & 0xff);
