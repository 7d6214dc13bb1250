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
  /** How long a byte of a chunk was on the line before the chunk arrived: a character, or nothing where there is no line. */
  readonly travel_us: number;
  /** Longest pause between two characters of a frame: t1.5. */
  readonly inside_us: number;
  /** Silence that ends a frame: t3.5, or what was set. */
  readonly between_us: number;
  /** Silence after which a frame that is not whole is given up: the rest of it may be on its way from the port's buffer. */
  readonly patience_us: number;
  /** Drop a frame with a longer pause inside. */
  readonly isStrict: boolean;
};

const FIXED_ABOVE_baud = 19_200;
const FIXED_INSIDE_us = 750;
const FIXED_BETWEEN_us = 1750;

/** Start bit, 8 data bits, parity, stop bits: 10 to 12. */
export const characterBits = ({ parity, stopBits }: LineFormat): number => 9 + (parity === "none" ? 0 : 1) + stopBits;

/** Ports hand on what they have received when they hold so many bytes, or after so long: UARTs, and USB adapters. */
const HELD_BACK_characters = 16;
const HELD_BACK_us = 20_000;

/**
 * @param silence_us ends a frame instead of t3.5; 0: by the standard
 * @param isInstant bytes take no time: a pseudo-terminal
 */
export function rtuTiming(format: LineFormat, silence_us = 0, isStrict = false, isInstant = false): RtuTiming {
  const character_us = Math.ceil((characterBits(format) * 1_000_000) / format.baud);
  const isFixed = format.baud > FIXED_ABOVE_baud;
  const standard_us = isFixed ? FIXED_BETWEEN_us : Math.ceil((characterBits(format) * 3_500_000) / format.baud);
  const between_us = silence_us > 0 ? silence_us : standard_us;
  return {
    character_us,
    travel_us: isInstant ? 0 : character_us,
    inside_us: isFixed ? FIXED_INSIDE_us : Math.ceil((characterBits(format) * 1_500_000) / format.baud),
    between_us,
    patience_us: isInstant ? between_us : between_us + Math.max(HELD_BACK_us, HELD_BACK_characters * character_us),
    isStrict,
  };
}
