// What the tests use of npm's `canopen`, a CANopen stack that is not ours. It brings no types.

import { createRequire } from "node:module";

export type Frame = { readonly id: number; readonly data: Buffer };

type Asking = {
  readonly deviceId: number;
  readonly index: number;
  readonly subIndex: number;
  readonly data?: Buffer;
  /** ms without a word from the server. */
  readonly timeout: number;
  readonly blockTransfer: boolean;
  /** ms between segments; 0: none. */
  readonly blockInterval: number;
};

type Entry = {
  readonly parameterName: string;
  readonly dataType: number;
  readonly accessType?: string;
  readonly defaultValue: string | number;
};

type ForeignDevice = {
  readonly eds: {
    readonly addSdoClientParameter: (deviceId: number, request: number, answer: number) => void;
    readonly addSdoServerParameter: (deviceId: number, answer: number, request: number) => void;
    readonly addEntry: (index: number, entry: Entry) => void;
  };
  readonly sdo: {
    readonly start: () => void;
    readonly upload: (asking: Asking) => Promise<Buffer>;
    readonly download: (asking: Asking) => Promise<void>;
  };
  readonly nmt: {
    readonly start: () => void;
    readonly startNode: (deviceId: number) => void;
    readonly stopNode: (deviceId: number) => void;
    readonly resetNode: (deviceId: number) => void;
  };
  readonly sdoServer: { readonly start: () => void; readonly setBlockInterval: (time_ms: number) => void };
  readonly on: (event: "message", take: (frame: Frame) => void) => void;
  readonly receive: (frame: Frame) => void;
};

type Library = {
  readonly Device: new (options: { id: number }) => ForeignDevice;
  readonly DataType: { readonly VISIBLE_STRING: number; readonly UNSIGNED16: number };
};

const library: Library = createRequire(import.meta.url)("canopen");
export const { Device, DataType } = library;
