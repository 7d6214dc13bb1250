// npm's Modbus libraries as masters, both asked and answering in one way, so that the same test runs with either and over any
// link.

import { once } from "node:events";
import { connect } from "node:net";
import { Duplex } from "node:stream";
import { client as jsmodbus } from "jsmodbus";
import modbusSerial from "modbus-serial";
import { openSerialPort } from "../../src/device/serial-port.ts";

export type LibraryName = "modbus-serial" | "jsmodbus";
export type Place =
  | { readonly link: "RS-485"; readonly path: string }
  | { readonly link: "TCP" | "RTU over TCP"; readonly port: number };

/** Values that were read, bits as 0 and 1; texts by the number of their object; the code of an exception, 0: none. */
export type Told = {
  readonly values: readonly number[];
  readonly objects: Readonly<Record<number, string>>;
  readonly exception: number;
};
export type Master = {
  /** Calls a method of the library by its name. Throws where there is no answer. */
  readonly ask: (method: string, ...words: readonly unknown[]) => Promise<Told>;
  readonly close: () => Promise<void>;
};

const UNIT = 32;
const PATIENCE_ms = 3000;
const NOTHING: Told = { values: [], objects: {}, exception: 0 };

export const connected = (library: LibraryName, place: Place): Promise<Master> =>
  library === "jsmodbus" ? openJsmodbus(place) : openModbusSerial(place);

type Methods = Readonly<Record<string, (...words: readonly unknown[]) => Promise<unknown>>>;

async function openModbusSerial(place: Place): Promise<Master> {
  const master = new modbusSerial.default();
  if (place.link === "RS-485") await master.connectRTUBuffered(place.path, { baudRate: 9600 });
  else if (place.link === "TCP") await master.connectTCP("127.0.0.1", { port: place.port });
  else await master.connectTelnet("127.0.0.1", { port: place.port }); // its name for RTU frames over TCP
  master.setID(UNIT);
  master.setTimeout(PATIENCE_ms);
  return {
    ask: async (method, ...words) => {
      try {
        return toldByModbusSerial(await (master as unknown as Methods)[method].call(master, ...words));
      } catch (error) {
        return refusal(error, (error as { readonly modbusCode?: number }).modbusCode);
      }
    },
    close: () => new Promise((resolve) => master.close(() => resolve())),
  };
}

function toldByModbusSerial(result: unknown): Told {
  const { data } = result as { readonly data?: readonly (number | boolean)[] | Readonly<Record<number, string>> };
  if (Array.isArray(data)) return { ...NOTHING, values: data.map(Number) };
  return { ...NOTHING, objects: (data ?? {}) as Told["objects"] };
}

async function openJsmodbus(place: Place): Promise<Master> {
  const { master, stream } = place.link === "RS-485" ? await jsmodbusSerial(place.path) : await jsmodbusTcp(place.port);
  return {
    ask: async (method, ...words) => {
      try {
        return toldByJsmodbus(await (master as unknown as Methods)[method].call(master, ...words));
      } catch (error) {
        return refusal(error, (error as { response?: { body?: { code?: number } } }).response?.body?.code);
      }
    },
    close: async () => void stream.destroy(),
  };
}

type Body = { valuesAsArray?: ArrayLike<number>; objects?: readonly { id: number; value: Buffer }[] };

function toldByJsmodbus(result: unknown): Told {
  const { body } = (result as { readonly response: { readonly body: Body } }).response;
  const objects = (body.objects ?? []).map(({ id, value }) => [id, value.toString()]);
  return { ...NOTHING, values: Array.from(body.valuesAsArray ?? []), objects: Object.fromEntries(objects) };
}

/** An exception of the server is told, any other failure thrown. */
function refusal(error: unknown, exception: number | undefined): Told {
  if (exception === undefined) throw error;
  return { ...NOTHING, exception };
}

async function jsmodbusTcp(port: number) {
  const stream = connect({ host: "127.0.0.1", port });
  const master = new jsmodbus.TCP(stream, UNIT, PATIENCE_ms);
  await once(stream, "connect");
  return { master, stream };
}

async function jsmodbusSerial(path: string) {
  const stream = await serialStream(path);
  const port = stream as unknown as ConstructorParameters<typeof jsmodbus.RTU>[0];
  return { master: new jsmodbus.RTU(port, UNIT, PATIENCE_ms), stream };
}

/** A port as jsmodbus wants it: a stream that says it is open. */
async function serialStream(path: string): Promise<Duplex> {
  const link = await openSerialPort(
    path,
    { baud: 9600, parity: "none", stopBits: 1 },
    { received: (chunk) => stream.push(chunk), failed: ({ message }) => stream.destroy(new Error(message)) },
  );
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => {
      link.write(chunk);
      done();
    },
    destroy: (error, done) => void link.close().then(() => done(error)),
  });
  return Object.assign(stream, { isOpen: true });
}
