// Who answers: device identification 0x2B / 0x0E (application protocol V1.1b3, 6.21) with basic, regular and extended
// objects, and the older report of the server's id (6.13).

import { encodeUtf8 } from "../base/utf8.ts";
import type { Shown } from "../model/shown.ts";
import { IMAGE_PLACES } from "../model/signal-image.ts";
import { DEVICE_IDENTIFICATION, exception, FUNCTIONS, PDU_MAX } from "./protocol.ts";

/** Basic and regular objects stand in every device; from 0x80 on they are ours. */
export const OBJECTS: readonly {
  readonly id: number;
  readonly title: string;
  readonly of: (shown: Shown) => string;
}[] = [
  { id: 0x00, title: "Vendor name", of: ({ identity }) => identity.vendor },
  { id: 0x01, title: "Product code", of: ({ identity }) => identity.product },
  { id: 0x02, title: "Revision", of: ({ identity }) => identity.firmware.join(".") },
  { id: 0x03, title: "Vendor's address", of: ({ identity }) => identity.url },
  { id: 0x04, title: "Product name", of: ({ identity }) => identity.product },
  { id: 0x05, title: "Model name", of: ({ identity }) => identity.model },
  { id: 0x06, title: "User application", of: ({ settings }) => settings.user.address },
  { id: 0x80, title: "Serial number of the battery", of: ({ settings }) => settings.user.serialNumber },
  { id: 0x81, title: "Maker of the battery", of: ({ settings }) => settings.user.manufacturer },
  { id: 0x82, title: "Hardware of the battery", of: ({ settings }) => settings.user.hardwareId },
  { id: 0x83, title: "Software of the battery", of: ({ settings }) => settings.user.softwareId },
  { id: 0x84, title: "Version of the settings", of: ({ settings }) => settings.user.configurationVersion },
  { id: 0x85, title: "Date of production", of: ({ settings }) => settings.user.productionDate },
];

/** Last object of the basic, the regular and the extended stream, by the code of the request. */
const LAST_OBJECT = { 1: 0x02, 2: 0x06, 3: 0xff } as const;
const INDIVIDUAL = 4;
/** Extended identification, as a stream and one by one. */
const CONFORMITY = 0x83;
const HEAD = 7;

/** The answer to a request 0x2B; its PDU has been checked for nothing yet. */
export function identify(pdu: Uint8Array, shown: Shown): Uint8Array {
  const [, mei, code, object] = pdu;
  if (mei !== DEVICE_IDENTIFICATION) return exception(FUNCTIONS.encapsulated, 1);
  if (pdu.length !== 4 || code < 1 || code > INDIVIDUAL) return exception(FUNCTIONS.encapsulated, 3);
  if (code === INDIVIDUAL) return individual(object, shown);
  const wanted = objectsOf(shown).filter(({ id }) => id <= LAST_OBJECT[code as 1 | 2 | 3]);
  const start = wanted.findIndex(({ id }) => id === object);
  return answer(code, wanted.slice(start < 0 ? 0 : start), shown);
}

/** Objects that may be left out are, while they say nothing: some masters cannot read an empty one. */
const objectsOf = (shown: Shown): typeof OBJECTS =>
  OBJECTS.filter(({ id, of }) => id <= LAST_OBJECT[1] || of(shown) !== "");

function individual(object: number, shown: Shown): Uint8Array {
  const found = objectsOf(shown).filter(({ id }) => id === object);
  return found.length === 0 ? exception(FUNCTIONS.encapsulated, 2) : answer(INDIVIDUAL, found, shown);
}

/** As many objects as fit; the rest is announced by the id of the next one. */
function answer(code: number, objects: typeof OBJECTS, shown: Shown): Uint8Array {
  const texts = objects.map(({ id, of }) => ({ id, text: encodeUtf8(of(shown)) }));
  let length = HEAD;
  let count = 0;
  while (count < texts.length && length + 2 + texts[count].text.length <= PDU_MAX)
    length += 2 + texts[count++].text.length;
  const next = texts[count]?.id;
  const pdu = new Uint8Array(length);
  pdu.set([
    FUNCTIONS.encapsulated,
    DEVICE_IDENTIFICATION,
    code,
    CONFORMITY,
    next === undefined ? 0 : 0xff,
    next ?? 0,
    count,
  ]);
  let at = HEAD;
  for (const { id, text } of texts.slice(0, count)) {
    pdu.set([id, text.length], at);
    pdu.set(text, at + 2);
    at += 2 + text.length;
  }
  return pdu;
}

const RUNNING = 3;
const MODE = IMAGE_PLACES.get("mode")!.at;

/** Id (the server's address), whether it runs, and its name. */
export function reportId({ identity, settings, image }: Shown): Uint8Array {
  const name = encodeUtf8(`${identity.vendor} ${identity.product} ${identity.firmware.join(".")}`);
  const pdu = new Uint8Array(4 + name.length);
  pdu.set([FUNCTIONS.reportServerId, 2 + name.length, settings.rs485.address, image[MODE] === RUNNING ? 0xff : 0]);
  pdu.set(name, 4);
  return pdu;
}
