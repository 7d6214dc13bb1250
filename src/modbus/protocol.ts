// The words of the protocol (Modbus application protocol V1.1b3): function codes, exception codes, limits of a request, and
// what both sides do with them.

export const FUNCTIONS = {
  readCoils: 0x01,
  readDiscreteInputs: 0x02,
  readHoldingRegisters: 0x03,
  readInputRegisters: 0x04,
  writeSingleCoil: 0x05,
  writeSingleRegister: 0x06,
  diagnostics: 0x08,
  writeMultipleCoils: 0x0f,
  writeMultipleRegisters: 0x10,
  reportServerId: 0x11,
  maskWriteRegister: 0x16,
  readWriteRegisters: 0x17,
  encapsulated: 0x2b,
} as const;

/** The MEI type of device identification inside function 0x2B. */
export const DEVICE_IDENTIFICATION = 0x0e;

/** Exception codes with their names (section 7) and what a person may make of them. */
export const EXCEPTIONS = {
  1: { name: "illegal function", help: "the device does not know this function" },
  2: { name: "illegal data address", help: "there is no such register, or it cannot be written" },
  3: { name: "illegal data value", help: "the request itself is malformed: a count or a value out of range" },
  4: { name: "server device failure", help: "the device refused: not logged in, or the change was rejected" },
  5: { name: "acknowledge", help: "accepted, still being worked on" },
  6: { name: "server device busy", help: "the device is busy: try again later" },
  8: { name: "memory parity error", help: "the device's memory is damaged" },
  10: { name: "gateway path unavailable", help: "the gateway has no way to the device" },
  11: { name: "gateway target failed to respond", help: "the device behind the gateway is silent" },
} as const satisfies Record<number, { readonly name: string; readonly help: string }>;
export type ExceptionCode = keyof typeof EXCEPTIONS;

/** Most values of one request, by function (section 6). */
export const LIMITS = {
  readBits: 2000,
  readRegisters: 125,
  writeBits: 1968,
  writeRegisters: 123,
  readWriteRead: 125,
  readWriteWrite: 121,
} as const;

/** Longest PDU, RTU frame and TCP frame, bytes. */
export const PDU_MAX = 253;
export const RTU_MAX = 256;
export const TCP_MAX = 260;

/** A serial line's address of all, and the last one a server may have. */
export const BROADCAST = 0;
export const LAST_UNIT = 247;

/** An exception answer: the function with its high bit set, and the code. */
export const exception = (functionCode: number, code: ExceptionCode): Uint8Array =>
  Uint8Array.of(functionCode | 0x80, code);

export const u16At = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];
