// What J1939 wants of who speaks on its bus: an address that is claimed and defended (SAE J1939-81), and active faults of the
// other side heard (DM1, SAE J1939-73), also when they come in packets (J1939-21, BAM).

import { type CanFrame, extendedFrame } from "../base/can-frame.ts";

/** Groups of parameters. */
const ADDRESS_CLAIMED = 0xee00;
const REQUEST = 0xea00;
const DM1 = 0xfeca;
const TRANSFER_CONTROL = 0xec00;
const TRANSFER_DATA = 0xeb00;

const EVERYBODY = 0xff;
/** Who has no address speaks from here. */
const NO_ADDRESS = 254;
const BROADCAST_ANNOUNCE = 32;
/** Nobody else has objected within this time: the address is ours (J1939-81). */
const CLAIM_WAIT_us = 250_000;
/** T1 of J1939-21: longest wait for the next packet. */
const PACKET_WAIT_us = 750_000;
/** Active faults come each second; missed three times they are gone. */
const FAULT_AGE_us = 3_500_000;

/** The parts of a 29-bit identifier. Below PF 240 the fifth and sixth digit name who it is for. */
export type J1939Id = { readonly priority: number; readonly group: number; readonly to: number; readonly from: number };

export function j1939IdOf(id: number): J1939Id {
  const format = (id >>> 16) & 0xff;
  const specific = (id >>> 8) & 0xff;
  const page = (id >>> 24) & 3;
  const isAddressed = format < 240;
  const group = page * 0x1_0000 + format * 0x100 + (isAddressed ? 0 : specific);
  return { priority: (id >>> 26) & 7, group, to: isAddressed ? specific : EVERYBODY, from: id & 0xff };
}

/**
 * The NAME of this device, lowest byte first: an identity number from the serial number, no registered maker (2047), an
 * unspecified function (255), and no other address to fall back to.
 */
export function nameOf(serial: string): Uint8Array {
  let identity = 0x811c; // a small hash; J1939 has 21 bits for it
  for (let i = 0; i < serial.length; i++) identity = (identity * 31 + serial.charCodeAt(i)) % 0x20_0000;
  const low = identity + 2047 * 0x20_0000;
  return Uint8Array.of(
    low & 0xff,
    (low >>> 8) & 0xff,
    (low >>> 16) & 0xff,
    Math.floor(low / 0x100_0000),
    0,
    0xff,
    0,
    0,
  );
}

/** Whether the first NAME is the lower number and so wins an address. */
export function isLower(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 7; i >= 0; i--) if (one[i] !== other[i]) return one[i] < other[i];
  return false;
}

export type J1939 = {
  /** Undefined: not for this layer. Otherwise what to answer. */
  readonly hear: (frame: CanFrame, now_us: number) => readonly CanFrame[] | undefined;
  /** The claim, the first time it is asked. */
  readonly claim: (now_us: number) => readonly CanFrame[];
  /** The address is ours, or needs no claim. */
  readonly maySpeak: (now_us: number) => boolean;
  /** The other side has an active fault that stops it. */
  readonly hasFault: (now_us: number) => boolean;
  /** SPN of its first active fault; 0: none. */
  readonly faultNumber: (now_us: number) => number;
};

type State = {
  claimed_us: number | undefined;
  isLost: boolean;
  fault: { readonly number: number; readonly stops: boolean; readonly at_us: number } | undefined;
  /** A DM1 in packets that is on its way to everybody: how many, which one comes next, and when the last was heard. */
  transfer: { readonly packets: number; readonly next: number; readonly at_us: number } | undefined;
};

/** @param partner the address whose faults are heard */
export function createJ1939(own: number, partner: number, claims: boolean, serial: string): J1939 {
  const name = nameOf(serial);
  const state: State = { claimed_us: undefined, isLost: false, fault: undefined, transfer: undefined };
  const claim = (from: number): CanFrame => extendedFrame(0x18ee_ff00 + from, name);
  const isFresh = (now_us: number): boolean => state.fault !== undefined && now_us - state.fault.at_us <= FAULT_AGE_us;
  return {
    claim: (now_us) => {
      if (!claims || state.claimed_us !== undefined) return [];
      state.claimed_us = now_us;
      return [claim(own)];
    },
    maySpeak: (now_us) =>
      !claims || (!state.isLost && state.claimed_us !== undefined && now_us - state.claimed_us >= CLAIM_WAIT_us),
    hasFault: (now_us) => isFresh(now_us) && state.fault!.stops,
    faultNumber: (now_us) => (isFresh(now_us) ? state.fault!.number : 0),
    hear: (frame, now_us) => {
      if (!frame.extended || frame.remote) return undefined;
      const { group, to, from } = j1939IdOf(frame.id);
      if (from === partner && hearFaults(state, group, to, frame.data, now_us)) return [];
      if (!claims) return undefined;
      if (group === REQUEST && (to === own || to === EVERYBODY) && groupAsked(frame.data) === ADDRESS_CLAIMED)
        return [claim(state.isLost ? NO_ADDRESS : own)];
      if (group !== ADDRESS_CLAIMED || from !== own || frame.length < 8) return undefined;
      if (isLower(name, frame.data)) return [claim(own)];
      state.isLost = true;
      return [claim(NO_ADDRESS)];
    },
  };
}

const groupAsked = (data: Uint8Array): number =>
  data.length < 3 ? -1 : data[0] + data[1] * 0x100 + data[2] * 0x1_0000;

/**
 * Takes what belongs to active faults; the first packet of several carries the lamps and the first fault. What is sent to one
 * node (RTS) is of other matters, and carries its packets under the same group.
 */
function hearFaults(state: State, group: number, to: number, data: Uint8Array, now_us: number): boolean {
  if (group === DM1) {
    takeFaults(state, data, now_us);
    return true;
  }
  if (to !== EVERYBODY) return false;
  if (group === TRANSFER_CONTROL && data[0] === BROADCAST_ANNOUNCE && data.length === 8) {
    const isOfFaults = groupAsked(data.subarray(5)) === DM1;
    state.transfer = isOfFaults ? { packets: data[3], next: 1, at_us: now_us } : undefined;
    return isOfFaults;
  }
  return group === TRANSFER_DATA && hearPacket(state, data, now_us);
}

/** A transfer ends with its last packet, with one out of order, and with silence (J1939-21). */
function hearPacket(state: State, data: Uint8Array, now_us: number): boolean {
  const { transfer } = state;
  state.transfer = undefined;
  if (transfer === undefined || data[0] !== transfer.next || now_us - transfer.at_us > PACKET_WAIT_us) return false;
  if (transfer.next === 1) takeFaults(state, data.subarray(1), now_us);
  if (transfer.next < transfer.packets) state.transfer = { ...transfer, next: transfer.next + 1, at_us: now_us };
  return true;
}

/** Lamps in the first byte, two bits each: malfunction, red stop, amber warning, protect. 01 is on. */
function takeFaults(state: State, data: Uint8Array, now_us: number): void {
  if (data.length < 6) return;
  const lampOn = (shift: number): boolean => ((data[0] >>> shift) & 3) === 1;
  const number = data[2] + data[3] * 0x100 + (data[4] >>> 5) * 0x1_0000;
  const stops = lampOn(4) || lampOn(6);
  state.fault = number === 0 && !stops ? undefined : { number, stops, at_us: now_us };
}
