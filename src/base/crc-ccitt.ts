// CRC-16 of CANopen block transfers (CiA 301 v4.2, 7.2.4.3.16; XMODEM elsewhere): polynomial x^16 + x^12 + x^5 + 1, start 0,
// not reflected, no final change.

const TABLE = buildTable();

function buildTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte << 8;
    for (let bit = 0; bit < 8; bit++) value = value & 0x8000 ? (value << 1) ^ 0x1021 : value << 1;
    table[byte] = value;
  }
  return table;
}

/**
 * CRC of the bytes from `from` on and before `end`, 0..0xFFFF. "123456789" gives 0x31C3.
 * @param before the CRC of what stands before them; 0 if nothing does
 */
export function crcCcitt(bytes: Uint8Array, before = 0, from = 0, end = bytes.length): number {
  let value = before;
  for (let i = from; i < end; i++) value = ((value << 8) & 0xffff) ^ TABLE[(value >>> 8) ^ bytes[i]!]!;
  return value;
}
