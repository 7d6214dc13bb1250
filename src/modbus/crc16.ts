// CRC-16 of Modbus RTU (Modbus over serial line V1.02, 6.2.2): polynomial 0xA001 reflected, start 0xFFFF, no final change;
// on the line the low byte comes first.

const TABLE = buildTable();

function buildTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xa001 : value >>> 1;
    table[byte] = value;
  }
  return table;
}

/** CRC of the bytes before `end`, 0..0xFFFF. "123456789" gives 0x4B37. */
export function crc16(bytes: Uint8Array, end = bytes.length): number {
  let value = 0xffff;
  for (let i = 0; i < end; i++) value = (value >>> 8) ^ TABLE[(value ^ bytes[i]) & 0xff];
  return value;
}

/** Whether the last two of `length` bytes are the CRC of those before. */
export const hasGoodCrc = (bytes: Uint8Array, length = bytes.length): boolean =>
  length >= 4 && crc16(bytes, length - 2) === (bytes[length - 2] | (bytes[length - 1] << 8));
