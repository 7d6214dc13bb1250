// npm's `canopen` as a master on the bus of a running device, over the socketcand protocol.

import { standardFrame } from "../../src/base/can-frame.ts";
import { openSocketcand } from "../../src/device/socketcand-link.ts";
import { Device } from "../canopen/foreign-library.ts";

const NODE_ID = 32;
const ERROR_CONTROL = 0x700;

/** States of heartbeats as they come, 0: a boot-up. */
class States {
  #newest: number | undefined;
  #look: () => void = () => {};

  take(state: number): void {
    this.#newest = state;
    this.#look();
  }

  until(state: number): Promise<void> {
    this.#newest = undefined;
    return new Promise((resolve) => {
      this.#look = () => (this.#newest === state ? resolve() : undefined);
    });
  }
}

/** @param port of the device's socketcand server */
export async function openForeignMaster(port: number) {
  const device = new Device({ id: 0x10 });
  const states = new States();
  const link = await openSocketcand(
    { host: "127.0.0.1", port, channel: "can0" },
    {
      received: ({ id, data }) => {
        if (id === ERROR_CONTROL + NODE_ID) states.take(data[0]!);
        device.receive({ id, data: Buffer.from(data) });
        return true;
      },
      ...{ ready: () => {}, bus: () => {}, lost: () => {}, failed: () => {} },
    },
  );
  device.eds.addSdoClientParameter(NODE_ID, 0x600 + NODE_ID, 0x580 + NODE_ID);
  device.sdo.start();
  device.nmt.start();
  device.on("message", ({ id, data }) => void link.send(standardFrame(id, Uint8Array.from(data))));
  return { sdo: device.sdo, nmt: device.nmt, states, close: () => link.close() };
}
