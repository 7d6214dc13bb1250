// Numbers and bytes as hexadecimal digits, capital ones, and back.

/** At least `digits` digits, zeros before. @param value not negative */
export const hexDigits = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, "0");

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => hexDigits(byte, 2));

/** Two digits a byte. @param between what stands between two bytes */
export function hexBytes(data: Uint8Array, between = ""): string {
  let text = "";
  for (let i = 0; i < data.length; i++) text += (i === 0 ? "" : between) + BYTES[data[i]!]!;
  return text;
}

/** Bytes of an even number of digits, or undefined. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[\da-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
