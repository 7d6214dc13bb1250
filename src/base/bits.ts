// Bits in and out of bytes, the highest bit of a byte first, for codes whose words end where they like (log/column-code.ts).
// A reader keeps zeros behind its end, so that reading need not look at each word whether it is still inside: whoever reads
// asks `isWithin` at the end.

export type BitWriter = { bytes: Uint8Array; bits: number };
/** Bytes to be read as words of 32 bits, the first byte highest; position and end count bits. */
export type BitReader = { words: Int32Array; bits: number; end: number };

export const createBitWriter = (capacity = 1024): BitWriter => ({ bytes: new Uint8Array(capacity), bits: 0 });

/** Forgets what was written; the memory stays. */
export function restartBits(writer: BitWriter): void {
  writer.bytes.fill(0, 0, Math.min(writer.bytes.length, (writer.bits >>> 3) + 1));
  writer.bits = 0;
}

/** Appends the lowest `count` bits of a whole number, 0..32 of them. */
export function writeBits(writer: BitWriter, value: number, count: number): void {
  if (writer.bits + count > writer.bytes.length * 8 - 8) grow(writer);
  let left = count;
  while (left > 0) {
    const free = 8 - (writer.bits & 7);
    const take = free < left ? free : left;
    const part = (value >>> (left - take)) & ((1 << take) - 1);
    writer.bytes[writer.bits >>> 3]! |= part << (free - take);
    writer.bits += take;
    left -= take;
  }
}

function grow(writer: BitWriter): void {
  const wider = new Uint8Array(writer.bytes.length * 2 + 8);
  wider.set(writer.bytes);
  writer.bytes = wider;
}

/** Zeros up to the next whole byte. */
export function alignWriter(writer: BitWriter): void {
  writer.bits = (writer.bits + 7) & ~7;
}

/**
 * A whole number 0..2^53 in groups of seven bits, the lowest first; the highest bit of a byte says that more follow (LEB128,
 * as in DWARF and protocol buffers).
 */
export function writeCount(writer: BitWriter, value: number): void {
  let rest = value;
  while (rest >= 128) {
    writeBits(writer, (rest % 128) + 128, 8);
    rest = Math.floor(rest / 128);
  }
  writeBits(writer, rest, 8);
}

/** Eight bytes of an IEEE 754 double, the highest first. */
export function writeDouble(writer: BitWriter, value: number): void {
  SCRATCH.setFloat64(0, value);
  writeBits(writer, SCRATCH.getUint32(0), 32);
  writeBits(writer, SCRATCH.getUint32(4), 32);
}

/** Appends bytes as they are. */
export function writeBytes(writer: BitWriter, bytes: Uint8Array): void {
  for (const byte of bytes) writeBits(writer, byte, 8);
}

/** What was written, up to the last byte begun, as bytes of its own. */
export const writtenBytes = (writer: BitWriter): Uint8Array => writer.bytes.slice(0, (writer.bits + 7) >>> 3);

/** A reader of a copy of the bytes. */
export function createBitReader(bytes: Uint8Array): BitReader {
  const reader = { words: new Int32Array(0), bits: 0, end: 0 };
  startReader(reader, bytes);
  return reader;
}

/** Lets a reader begin with other bytes, a copy of them; its memory grows where it must. */
export function startReader(reader: BitReader, bytes: Uint8Array): void {
  const whole = bytes.length >>> 2;
  if (reader.words.length < whole + 3) reader.words = new Int32Array(whole * 2 + 3);
  const { words } = reader;
  for (let i = 0, at = 0; i < whole; i++, at += 4)
    words[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  words.fill(0, whole, whole + 3);
  for (let at = whole * 4; at < bytes.length; at++) words[whole]! |= bytes[at]! << (24 - 8 * (at & 3));
  reader.bits = 0;
  reader.end = bytes.length * 8;
}

/** Whether nothing was read from behind the end. */
export const isWithin = (reader: BitReader): boolean => reader.bits <= reader.end;

/** The 32 bits from a bit position on, as a signed word; the position must lie before the end. */
export function windowAt(words: Int32Array, bits: number): number {
  const at = bits >>> 5;
  const skip = bits & 31;
  return (words[at]! << skip) | ((words[at + 1]! >>> 1) >>> (31 - skip));
}

/** The next 0..32 bits as a whole number; zeros behind the end. */
export function readBits(reader: BitReader, count: number): number {
  if (count === 0) return 0;
  const value = reader.bits < reader.end ? windowAt(reader.words, reader.bits) >>> (32 - count) : 0;
  reader.bits += count;
  return value;
}

/** On to the next whole byte. */
export function alignReader(reader: BitReader): void {
  reader.bits = (reader.bits + 7) & ~7;
}

/** A whole number as `writeCount` wrote it. One that does not end in eight bytes is none: 0, and nothing is within any more. */
export function readCount(reader: BitReader): number {
  let value = 0;
  let weight = 1;
  for (let group = 0; group < 8; group++, weight *= 128) {
    const byte = readBits(reader, 8);
    value += (byte & 127) * weight;
    if (byte < 128) return value;
  }
  reader.bits = reader.end + 1;
  return 0;
}

/** The next bytes, from a whole byte on; none where there are not so many. */
export function readBytes(reader: BitReader, length: number): Uint8Array {
  if (length * 8 > reader.end - reader.bits) {
    reader.bits = reader.end + 1;
    return new Uint8Array(0);
  }
  return Uint8Array.from({ length }, () => readBits(reader, 8));
}

export function readDouble(reader: BitReader): number {
  SCRATCH.setUint32(0, readBits(reader, 32));
  SCRATCH.setUint32(4, readBits(reader, 32));
  return SCRATCH.getFloat64(0);
}

const SCRATCH = new DataView(new ArrayBuffer(8));
