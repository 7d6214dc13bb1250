// The words of the layer setting services (CiA 305): command specifiers, bit rates, and the address that finds one node among
// all. Slave and master share them. Every frame has eight bytes, unused ones 0.

export const LSS = {
  switchGlobal: 0x04,
  configureNodeId: 0x11,
  configureBitRate: 0x13,
  activateBitRate: 0x15,
  store: 0x17,
  selectVendor: 0x40,
  selectProduct: 0x41,
  selectRevision: 0x42,
  selectSerial: 0x43,
  selected: 0x44,
  identifyVendor: 0x46,
  identifyProduct: 0x47,
  identifyRevisionLow: 0x48,
  identifyRevisionHigh: 0x49,
  identifySerialLow: 0x4a,
  identifySerialHigh: 0x4b,
  identifyUnconfigured: 0x4c,
  identified: 0x4f,
  unconfigured: 0x50,
  fastscan: 0x51,
  inquireVendor: 0x5a,
  inquireProduct: 0x5b,
  inquireRevision: 0x5c,
  inquireSerial: 0x5d,
  inquireNodeId: 0x5e,
} as const;

/** kbit/s by index of the standard's table; the hole is reserved. */
export const BIT_RATES_kbit: readonly (number | undefined)[] = [1000, 800, 500, 250, 125, undefined, 50, 20, 10];

/** BitCheck of a fastscan that begins anew. */
export const FASTSCAN_RESET = 0x80;

/** Eight bytes: the command, then `value` in 32 bits, low byte first, then zeros. */
export function lssFrame(command: number, value: number): Uint8Array {
  const data = new Uint8Array(8);
  data[0] = command;
  new DataView(data.buffer).setUint32(1, value, true);
  return data;
}

/** The 32 bits behind the command. */
export const lssValue = (data: Uint8Array): number =>
  (data[1] | (data[2] << 8) | (data[3] << 16) | (data[4] << 24)) >>> 0;
