// A PDU as it goes out: with address and checksum on a serial line, with a header over TCP (Modbus messaging on TCP/IP
// V1.0b, 3.1.3).

import { crc16 } from "./crc16.ts";

/** Address, PDU, checksum with the low byte first. */
export function rtuFrame(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16(frame, pdu.length + 1);
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >>> 8;
  return frame;
}

/** Transaction, protocol 0, length of what follows, unit, PDU. */
export function tcpFrame(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 7);
  const length = pdu.length + 1;
  frame[0] = transaction >>> 8;
  frame[1] = transaction & 0xff;
  frame[4] = length >>> 8;
  frame[5] = length & 0xff;
  frame[6] = unit;
  frame.set(pdu, 7);
  return frame;
}
