// The NMT state machine of a node (CiA 301, 7.3.2): its states and commands, which service works in which state, and the state
// after a command. What a reset does is done in node.ts.

/** "initialising" is left by itself with the boot-up message; a node without a node-ID stays in it (CiA 305). */
export type NmtState = "initialising" | "preOperational" | "operational" | "stopped";

/** The state in heartbeats and guarding answers; 0 is the boot-up message. */
export const STATE_CODES = {
  initialising: 0,
  stopped: 4,
  operational: 5,
  preOperational: 127,
} as const satisfies Record<NmtState, number>;

/** Byte 0 of the NMT message. */
export const NMT_COMMANDS = {
  start: 0x01,
  stop: 0x02,
  enterPreOperational: 0x80,
  resetNode: 0x81,
  resetCommunication: 0x82,
} as const;
export type NmtCommand = keyof typeof NMT_COMMANDS;
export const NMT_COMMAND_NAMES = Object.keys(NMT_COMMANDS) as readonly NmtCommand[];

export type Service = "sdo" | "pdo" | "sync" | "time" | "emergency" | "errorControl";

/** Which service works in which state (7.3.2.2, table 37). LSS works in all of them (CiA 305). */
const SERVICES: Readonly<Record<NmtState, readonly Service[]>> = {
  initialising: [],
  preOperational: ["sdo", "sync", "time", "emergency", "errorControl"],
  operational: ["sdo", "pdo", "sync", "time", "emergency", "errorControl"],
  stopped: ["errorControl"],
};

/** Whether a node in this state has the service (CiA 301, 7.3.2.2). */
export const allows = (state: NmtState, service: Service): boolean => SERVICES[state].includes(service);

/** The state a command leads to; none listens before its boot-up. */
export function afterCommand(state: NmtState, command: NmtCommand): NmtState {
  if (state === "initialising") return state;
  switch (command) {
    case "start":
      return "operational";
    case "stop":
      return "stopped";
    case "enterPreOperational":
      return "preOperational";
    case "resetNode":
    case "resetCommunication":
      return "initialising";
  }
}

const COMMAND_OF: ReadonlyMap<number, NmtCommand> = new Map(
  NMT_COMMAND_NAMES.map((name) => [NMT_COMMANDS[name], name]),
);
const STATE_OF: ReadonlyMap<number, NmtState> = new Map(
  (Object.keys(STATE_CODES) as NmtState[]).map((name) => [STATE_CODES[name], name]),
);

/** None for a byte the standard does not name. */
export const commandOf = (byte: number): NmtCommand | undefined => COMMAND_OF.get(byte);
/** The state that a heartbeat tells, without the toggle bit; undefined: the standard names none. */
export const stateOf = (byte: number): NmtState | undefined => STATE_OF.get(byte);
