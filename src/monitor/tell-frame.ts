// What passes on the device's buses, told by name: frames of partners first, then those of CANopen, and requests of Modbus. The device's
// process and a page's worker tell alike. What carries a password is named, its bytes are not told.

import type { CanFrame } from "../base/can-frame.ts";
import { hexBytes, hexDigits } from "../base/hex.ts";
import { createListener, frameWords, type Listener } from "../canopen/frame-words.ts";
import type { Node } from "../canopen/node-state.ts";
import { createPartnerWords, type PartnerWords, partnerWords } from "../equipment/frame-words.ts";
import { answerWords, requestWords } from "../modbus/request-words.ts";
import type { Settings } from "../model/settings.ts";
import { addFrame, type BusRing } from "./bus-ring.ts";

export type FrameTeller = { readonly listener: Listener; partners: PartnerWords | undefined };

export const createFrameTeller = (): FrameTeller => ({ listener: createListener(), partners: undefined });

/** Who knows what frames mean: the settings in force, and the device's own node while there is one. */
export type Knowing = { readonly settings: Settings; readonly node: Node | undefined };

/** Puts a frame into the ring. `time_us`: log time; `isOwn`: the device has sent it. */
export function tellFrame(
  teller: FrameTeller,
  { settings, node }: Knowing,
  ring: BusRing,
  frame: CanFrame,
  isOwn: boolean,
  time_us: number,
): void {
  if (teller.partners?.settings !== settings) teller.partners = createPartnerWords(settings);
  // partners first: inverters use ids that are PDOs of other nodes by the pre-defined connection set
  const partner = partnerWords(teller.partners, frame);
  const said = partner ?? frameWords(teller.listener, node, frame);
  const isHidden = said !== undefined && "isSecret" in said && said.isSecret === true;
  addFrame(ring, {
    ...{ time_us, bus: "can", direction: isOwn ? "sent" : "received" },
    id: hexDigits(frame.id, frame.extended ? 8 : 3),
    ...{ data: isHidden ? "" : hexBytes(frame.data), name: said?.name ?? "", text: said?.text ?? "" },
    ...(frame.remote ? { remote_bytes: frame.length } : {}),
    ...(isHidden ? { isHidden } : {}),
  });
}

/** A request of Modbus with its answer, as they came: without address and checksum. */
export type Exchange = { readonly request: Uint8Array; readonly answer: Uint8Array; readonly actor: string };

export function tellExchange(settings: Settings, ring: BusRing, exchange: Exchange, time_us: number): void {
  const { request, answer, actor } = exchange;
  const { address, wordOrder } = settings.rs485;
  const isLowFirst = wordOrder === "lowFirst";
  const asked = requestWords(request, isLowFirst);
  const told = answerWords(request, answer, isLowFirst);
  const common = {
    time_us,
    bus: "modbus",
    id: String(address),
    ...(asked.isSecret ? { isHidden: true } : {}),
  } as const;
  const data = (bytes: Uint8Array): string => (asked.isSecret ? "" : hexBytes(bytes));
  const words = [asked.text, `from ${actor}`].filter((text) => text !== "").join("; ");
  addFrame(ring, { ...common, direction: "received", data: data(request), name: asked.name, text: words });
  addFrame(ring, { ...common, direction: "sent", data: data(answer), name: told.name, text: told.text });
}

/** Frames that came faster than they can be told. */
export const tellMissed = (ring: BusRing, count: number, time_us: number): void =>
  addFrame(ring, {
    ...{ time_us, bus: "can", direction: "received", id: "", data: "", name: "not shown", isHidden: true },
    text: `${count} frames came faster than they can be shown`,
  });
