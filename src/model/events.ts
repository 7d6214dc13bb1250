// What the journal can tell, one row for each code: title, severity, and who may be the cause. The journal's entries, the
// log's channel /events, the monitor and the docs are projections of these rows. Minimum of contents: source, code,
// severity, value, limit, actor, clock quality, previous entry (IEC 62443-4-2 CR 2.8 and 2.11 ask for the like).

export type Severity = "info" | "notice" | "warning" | "error" | "critical";

export type EventRow = { readonly title: string; readonly severity: Severity; readonly help: string };

export const EVENTS = {
  started:          { title: "Device started", severity: "notice", help: "The process began; text says from which state." },
  ended:            { title: "Device ended in order", severity: "notice", help: "All contactors open, state saved." },
  killed:           { title: "Device ended without order", severity: "warning", help: "Found at the start: the run before was cut off." },
  failed:           { title: "Internal error", severity: "critical", help: "A mistake of the program: text says where. In the device itself the contactors have opened; in what is written down, protection goes on." },
  remark:           { title: "Remark at the start", severity: "error", help: "Damage found and set aside, or another pack than last time." },
  mode:             { title: "Mode changed", severity: "info", help: "Standby, starting, running, powering down." },
  contactorClosed:  { title: "Contactor closed", severity: "info", help: "By its feedback, or by command where it has none." },
  contactorOpened:  { title: "Contactor opened", severity: "info", help: "By its feedback, or by command where it has none." },
  tripped:          { title: "Error set", severity: "error", help: "A protection tripped; the sentence says which cell or sensor, value, limit, and what it opened." },
  indicated:        { title: "Indication set", severity: "warning", help: "Something to look at; opens nothing." },
  cleared:          { title: "Error or indication cleared", severity: "notice", help: "Healthy for its clear delay, or acknowledged." },
  settingsChanged:  { title: "Settings changed", severity: "notice", help: "Old and new value of each; text lists them." },
  requestRefused:   { title: "Request refused", severity: "warning", help: "A change or command that was not carried out, and why." },
  commandGiven:     { title: "Command given", severity: "notice", help: "By a person or a program; the actor says who." },
  overridden:       { title: "Input signal overridden", severity: "notice", help: "An input is driven by software, or follows its wire again." },
  acknowledged:     { title: "Errors acknowledged", severity: "notice", help: "By whom; which." },
  balancingStarted: { title: "Balancing started", severity: "info", help: "A balancing resistor was switched on." },
  balancingStopped: { title: "Balancing stopped", severity: "info", help: "No balancing resistor has been on for five minutes: at the edge of its rule balancing comes and goes." },
  counters:         { title: "Counters", severity: "info", help: "Each hour of operation: charge, energy, cycles." },
  logTrouble:       { title: "Log not written", severity: "warning", help: "The medium does not take records." },
  logResumed:       { title: "Log resumed", severity: "notice", help: "The medium takes records again; the gap is marked." },
  storeTrouble:     { title: "State not saved", severity: "error", help: "The store could not be written." },
  clockStepped:     { title: "Wall clock stepped", severity: "notice", help: "The clock was set; value is the step in seconds." },
  stoodStill:       { title: "Machine stood still", severity: "error", help: "Ticks were missed for longer than can be caught up; value is the time in seconds." },
  login:            { title: "Login", severity: "notice", help: "A person or program was let in." },
  loginRefused:     { title: "Login refused", severity: "warning", help: "Wrong name, password or code." },
  accountsChanged:  { title: "Accounts changed", severity: "notice", help: "An account, password or token of the monitor was made, changed or removed; the actor says by whom." },
  busTrouble:       { title: "Bus trouble", severity: "warning", help: "A port or bus failed or came back." },
} as const satisfies Record<string, EventRow>;

export type EventCode = keyof typeof EVENTS;

/** How far the wall clock is believed: set by a time server, only running on, or known to be wrong. */
export const CLOCK_QUALITIES = ["synchronised", "free-running", "unset"] as const;
export type ClockQuality = (typeof CLOCK_QUALITIES)[number];

/** One entry of the journal, before the store gives it its number and its place in the chain. */
export type EventDraft = {
  readonly wall_ms: number;
  readonly clock: ClockQuality;
  /** Time since the device's start, s. */
  readonly uptime_s: number;
  /** Who noticed: "core", "device", "store", "log", or a port. */
  readonly source: string;
  readonly code: EventCode;
  readonly severity: Severity;
  /** What it is about: a fault, contactor, setting or command by name; "" where the code says all. */
  readonly subject: string;
  /** In the subject's unit; undefined where there is none. */
  readonly value?: number;
  readonly limit?: number;
  /** Who did it: a user, a bus and node, "command line", "terminal" (its keys); "" for the device itself. */
  readonly actor: string;
  /** One sentence for a person. */
  readonly text: string;
};

/** An entry as it stands in the journal. Hashes are SHA-256 in hexadecimal; the first entry's `previous` is 64 zeros. */
export type JournalEntry = EventDraft & {
  readonly sequence: number;
  /** Hash of the settings in force. */
  readonly settings: string;
  readonly previous: string;
  readonly hash: string;
};
