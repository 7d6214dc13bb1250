// CRC-32 as in IEEE 802.3 and zlib: reflected polynomial 0xEDB88320, start and final complement.

/** Remainders of a byte with 0 to 7 zero bytes behind it, so that eight bytes are taken in one step. */
const TABLE = buildTable();

function buildTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[byte] = value;
  }
  for (let i = 256; i < table.length; i++) table[i] = table[table[i - 256]! & 0xff]! ^ (table[i - 256]! >>> 8);
  return table;
}

/** CRC-32 of bytes, 0..2^32-1. "123456789" gives 0xCBF43926. `before`: the CRC of what stands before them; 0 if nothing does. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const low = value ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    value =
      TABLE[1792 + (low & 0xff)]! ^
      TABLE[1536 + ((low >>> 8) & 0xff)]! ^
      TABLE[1280 + ((low >>> 16) & 0xff)]! ^
      TABLE[1024 + (low >>> 24)]! ^
      TABLE[768 + bytes[i + 4]!]! ^
      TABLE[512 + bytes[i + 5]!]! ^
      TABLE[256 + bytes[i + 6]!]! ^
      TABLE[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) value = (value >>> 8) ^ TABLE[(value ^ bytes[i]!) & 0xff]!;
  return (value ^ 0xffffffff) >>> 0;
}
