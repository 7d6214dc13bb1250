// How long a character takes and how much silence ends a frame (Modbus over serial line V1.02, 2.5.1.1): 1.5 characters at
// most inside a frame, 3.5 at least between two. Above 19200 bit/s both are fixed.

export type LineFormat = {
  /** bit/s */
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
};

export type RtuTiming = {
  readonly character_us: number;
  /** Longest pause between two characters of a frame: t1.5. */
  readonly inside_us: number;
  /** Silence that ends a frame: t3.5, or what was set. */
  readonly between_us: number;
  /** Drop a frame with a longer pause inside. */
  readonly isStrict: boolean;
};

const FIXED_ABOVE_baud = 19_200;
const FIXED_INSIDE_us = 750;
const FIXED_BETWEEN_us = 1750;

/** Start bit, 8 data bits, parity, stop bits: 10 to 12. */
export const characterBits = ({ parity, stopBits }: LineFormat): number => 9 + (parity === "none" ? 0 : 1) + stopBits;

/** @param silence_us ends a frame instead of t3.5; 0: by the standard */
export function rtuTiming(format: LineFormat, silence_us = 0, isStrict = false): RtuTiming {
  const character_us = Math.ceil((characterBits(format) * 1_000_000) / format.baud);
  const isFixed = format.baud > FIXED_ABOVE_baud;
  const between_us = isFixed ? FIXED_BETWEEN_us : Math.ceil((characterBits(format) * 3_500_000) / format.baud);
  return {
    character_us,
    inside_us: isFixed ? FIXED_INSIDE_us : Math.ceil((characterBits(format) * 1_500_000) / format.baud),
    between_us: silence_us > 0 ? silence_us : between_us,
    isStrict,
  };
}
