// A classical CAN frame as a value (ISO 11898-1): what every protocol on the bus takes and gives.

export type CanFrame = {
  /** 0..0x7FF, or 0..0x1FFFFFFF where `extended`. */
  readonly id: number;
  /** 29 bits instead of 11. */
  readonly extended: boolean;
  /** Asks for data and has none itself. */
  readonly remote: boolean;
  /** 0..8: bytes it has, or asks for. */
  readonly length: number;
  /** `length` bytes; none where `remote`. Never changed once the frame is made. */
  readonly data: Uint8Array;
};

export const STANDARD_ID_MAX = 0x7ff;
export const EXTENDED_ID_MAX = 0x1fffffff;

/** A data frame with an 11-bit id. */
export const standardFrame = (id: number, data: Uint8Array): CanFrame => ({
  ...{ id, extended: false, remote: false },
  ...{ length: data.length, data },
});

/** A data frame with a 29-bit id. */
export const extendedFrame = (id: number, data: Uint8Array): CanFrame => ({
  ...{ id, extended: true, remote: false },
  ...{ length: data.length, data },
});

/** Whether its parts fit together. */
export function isFrame({ id, extended, remote, length, data }: CanFrame): boolean {
  const most = extended ? EXTENDED_ID_MAX : STANDARD_ID_MAX;
  const fits = Number.isInteger(id) && id >= 0 && id <= most && Number.isInteger(length) && length >= 0 && length <= 8;
  return fits && data.length === (remote ? 0 : length);
}
