// What a port counts: the counters of function 0x08 (application protocol V1.1b3, 6.8.1) and some of ours. Each holds 16 bits
// as the standard has it and begins again at 0 by command or at a start.

export const COUNTER_NAMES = [
  "busMessages",
  "communicationErrors",
  "exceptions",
  "serverMessages",
  "noResponses",
  "negativeAcknowledges",
  "busy",
  "overruns",
] as const;
export type CounterName = (typeof COUNTER_NAMES)[number];
export type Counters = Record<CounterName, number>;

/** Help of each, for the map. */
export const COUNTER_HELP: Readonly<Record<CounterName, string>> = {
  busMessages: "Frames seen on the line, also those for others.",
  communicationErrors: "Frames with a wrong checksum.",
  exceptions: "Exception answers given.",
  serverMessages: "Requests for this device, also those to all.",
  noResponses: "Requests that got no answer: to all, or while listening only.",
  negativeAcknowledges: "Negative acknowledge answers; this device gives none.",
  busy: "Answers that the device is busy.",
  overruns: "Frames longer than 256 bytes.",
};

export const createCounters = (): Counters => ({
  busMessages: 0,
  communicationErrors: 0,
  exceptions: 0,
  serverMessages: 0,
  noResponses: 0,
  negativeAcknowledges: 0,
  busy: 0,
  overruns: 0,
});

export function count(counters: Counters, name: CounterName): void {
  counters[name] = (counters[name] + 1) & 0xffff;
}

/** Counts an answer that is an exception, and one that says busy. */
export function countAnswer(counters: Counters, pdu: Uint8Array): void {
  if ((pdu[0] & 0x80) === 0) return;
  count(counters, "exceptions");
  if (pdu[1] === 6) count(counters, "busy");
}

export function clearCounters(counters: Counters): void {
  for (const name of COUNTER_NAMES) counters[name] = 0;
}
