// A way to a CAN bus, whatever it is: a modelled bus, an interface of the system, an adapter at a serial port, a server over
// TCP. What comes is handed on; what goes out never waits. A link that fails tells why once and is then closed; whoever wants
// it again opens another.

import type { CanFrame } from "../base/can-frame.ts";
import type { BusStatus } from "../can/bus-status.ts";
import type { PortTrouble } from "./byte-link.ts";

export type CanLink = {
  /** For people: where it is. */
  readonly place: string;
  /** False: there is no room; ready() tells of it again. */
  readonly send: (frame: CanFrame) => boolean;
  /** Whether send() takes a frame now. */
  readonly hasRoom: () => boolean;
  /** Frames are taken again after received() said no. */
  readonly resume?: () => void;
  readonly close: () => Promise<void>;
};

export type CanLinkEvents = {
  /** False: it was not taken; resume() tells when others are. */
  readonly received: (frame: CanFrame) => boolean;
  /** There is room again. */
  readonly ready: () => void;
  /** What the controller thinks of the bus has changed, or its counters have. */
  readonly bus: (status: BusStatus) => void;
  /** A frame was lost: to an overrun, or because the way has no form for it. */
  readonly lost: () => void;
  /** The link cannot be used any more. */
  readonly failed: (trouble: PortTrouble) => void;
};
