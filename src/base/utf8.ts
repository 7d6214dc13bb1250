// Text to UTF-8 bytes and back (RFC 3629), for rings that know only the language. Text without accents, which is nearly
// all of ours, takes the fast way.

const BLOCK = 4096;

/** UTF-8 of a text. A lone surrogate becomes U+FFFD, as WHATWG's encoder does. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return encodeWide(text);
    bytes[i] = unit;
  }
  return bytes;
}

function encodeWide(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (const letter of text) {
    const read = letter.codePointAt(0)!;
    const point = read >= 0xd800 && read < 0xe000 ? 0xfffd : read;
    if (point < 0x80) bytes[at++] = point;
    else if (point < 0x800) at = put(bytes, at, 0xc0 | (point >> 6), point, 1);
    else if (point < 0x10000) at = put(bytes, at, 0xe0 | (point >> 12), point, 2);
    else at = put(bytes, at, 0xf0 | (point >> 18), point, 3);
  }
  return bytes.slice(0, at);
}

function put(bytes: Uint8Array, at: number, first: number, point: number, rest: number): number {
  bytes[at++] = first;
  for (let i = rest - 1; i >= 0; i--) bytes[at++] = 0x80 | ((point >> (6 * i)) & 0x3f);
  return at;
}

/** Text of UTF-8 bytes. What is no UTF-8 becomes U+FFFD, one for each byte that cannot be read. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  let from = 0;
  while (from < bytes.length) {
    const to = plainEnd(bytes, from);
    if (to > from) text += String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[]);
    from = to;
    while (from < bytes.length && bytes[from]! >= 0x80) {
      const read = readWide(bytes, from);
      text += String.fromCodePoint(read.point);
      from += read.length;
    }
  }
  return text;
}

function plainEnd(bytes: Uint8Array, from: number): number {
  const end = Math.min(bytes.length, from + BLOCK);
  let to = from;
  while (to < end && bytes[to]! < 0x80) to++;
  return to;
}

const BAD = { point: 0xfffd, length: 1 } as const;
const LEAST = [0, 0, 0x80, 0x800, 0x10000] as const;

function readWide(bytes: Uint8Array, at: number): { readonly point: number; readonly length: number } {
  const first = bytes[at]!;
  const length = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (length === 0 || first >= 0xf8 || at + length > bytes.length) return BAD;
  let point = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i]!;
    if ((next & 0xc0) !== 0x80) return BAD;
    point = (point << 6) | (next & 0x3f);
  }
  const inRange = point >= LEAST[length]! && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000);
  return inRange ? { point, length } : BAD;
}
