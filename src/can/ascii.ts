// Bytes of the text protocols as characters, one each, whatever they are: garbage stays as long as it was.

const SLICE = 4096;

/** A character for each byte. */
export function asciiOf(bytes: Uint8Array): string {
  if (bytes.length <= SLICE) return String.fromCharCode(...bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += SLICE) text += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  return text;
}

/** A byte for each character. */
export function bytesOfAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The number that all these hexadecimal digits are; -1 for what is none, or longer than `most` digits. */
export function hexNumber(text: string, most: number): number {
  return text.length > 0 && text.length <= most && /^[\da-f]+$/i.test(text) ? Number.parseInt(text, 16) : -1;
}
