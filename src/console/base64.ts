// Base64 after RFC 2045, on one line, for rings that know only the language: how the gateway writes octets and domains.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF: ReadonlyMap<string, number> = new Map([...LETTERS].map((letter, i) => [letter, i]));

/** With padding, without line ends (RFC 4648, 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const group = [18, 12, 6, 0].map((shift) => LETTERS[(word >> shift) & 63]).join("");
    const missing = Math.max(0, i + 3 - bytes.length);
    text += group.slice(0, 4 - missing) + "=".repeat(missing);
  }
  return text;
}

/** The bytes, or undefined where the text is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const body = text.replace(/=+$/, "");
  const padding = text.length - body.length;
  if (text.length % 4 !== 0 || padding > 2 || (padding > 0 && body.length % 4 !== 4 - padding)) return undefined;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let word = 0;
  for (let i = 0; i < body.length; i++) {
    const value = VALUE_OF.get(body[i]);
    if (value === undefined) return undefined;
    word = ((word << 6) | value) & 0xff_ffff;
    const bits = 6 * ((i % 4) + 1);
    if (i % 4 > 0) bytes[Math.floor((i * 3) / 4)] = (word >> (bits % 8)) & 0xff;
  }
  return bytes;
}
