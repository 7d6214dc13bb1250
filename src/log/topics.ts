// The channels of a log file, one row each: what is in them, how often, and how they are written. The file's schemas
// (names, units, help) are made from these rows and the signal tables (schemas.ts). Container: MCAP (mcap.dev/spec).
// Rows are numbered by their order, in files of all versions: a new one goes to the end, none is removed.

/** How a channel's messages are written: JSON lines that every viewer plots, or bytes of our own recorder. */
export type Encoding = "json" | "bms-recorder";

/** Plain channels are read again and again and compress well; those of the recorder are many and read as a whole. */
export type Stream = "plain" | "recorder";

export type TopicRow = { readonly encoding: Encoding; readonly stream: Stream; readonly help: string };

export const TOPICS = {
  "/state": {
    encoding: "json",
    stream: "plain",
    help: "All signals, with the period of sdCard.period_s; those that are one per cell while sdCard.cells is on.",
  },
  "/events": {
    encoding: "json",
    stream: "plain",
    help: "Entries of the journal as they happen: trips, contactors, modes, settings, commands, with who and why.",
  },
  "/frame": {
    encoding: "json",
    stream: "plain",
    help: "Signals in every tick from 10 s before a trip to 5 s after it.",
  },
  "/settings": {
    encoding: "json",
    stream: "plain",
    help: "All settings at the start of the file, later each change with who made it.",
  },
  "/can": { encoding: "json", stream: "plain", help: "Frames on the CAN bus, as seen and as sent." },
  "/gap": {
    encoding: "json",
    stream: "plain",
    help: "A time without records, and why: the medium was missing, full, read-only or too slow.",
  },
  "/recorder/start": {
    encoding: "bms-recorder",
    stream: "recorder",
    help: "The whole device at an instant: settings and state, from which the recorded inputs go on.",
  },
  "/recorder/inputs": {
    encoding: "bms-recorder",
    stream: "recorder",
    help: "What the core was given in every tick (sensors, requests, time), packed by the second, with the hash of its state after it.",
  },
  "/recorder/frame": {
    encoding: "bms-recorder",
    stream: "recorder",
    help: "A freeze-frame: start and inputs of the seconds around one trip, complete in itself.",
  },
} as const satisfies Record<string, TopicRow>;

export type TopicName = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as readonly TopicName[];

/** One record of a log. `time_us`: microseconds since 1970 (UTC), integer. `data`: UTF-8 JSON, or recorder bytes. */
export type LogMessage = { readonly topic: TopicName; readonly time_us: number; readonly data: Uint8Array };

/** Who wrote the file, as it stands in the file's metadata "bms" (all values text, as MCAP wants it). */
export type LogIdentity = {
  readonly serialNumber: string;
  readonly manufacturer: string;
  readonly program: string;
  /** Which pack (real or modelled), and the setup the device ran under. */
  readonly pack: string;
  readonly setup: string;
  /** Wall time of the file's beginning, microseconds since 1970, and how far it is believed. */
  readonly began_us: number;
  readonly clock: string;
  /** Virtual seconds per second at the beginning; 1 on a real device. */
  readonly speed: number;
};
