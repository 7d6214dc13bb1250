// Opens a device at a USB port of this computer beside the others: the browser asks the person which port.

import { createSignal, type JSX, Show } from "solid-js";
import type { UsbPort, UsbPorts } from "../link/serial/usb-port.ts";
import type { Tabs } from "../state/tabs.ts";
import { texts } from "../texts/texts.ts";

const T = texts.packs;

type Serial = UsbPorts & { readonly requestPort: () => Promise<UsbPort> };
/** Chrome and Edge have it, on pages from this machine or over TLS. */
const serialOf = (): Serial | undefined => (navigator as { readonly serial?: Serial }).serial;

export const UsbButton = (props: { readonly tabs: Tabs }): JSX.Element => {
  const [problem, setProblem] = createSignal("");
  const connect = async (serial: Serial): Promise<void> => {
    setProblem("");
    try {
      const port = await serial.requestPort();
      const { SerialLink } = await import("../link/serial-link.ts");
      props.tabs.add(new SerialLink(port, serial), T.usb);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "NotFoundError")) setProblem(String(error)); // else: chose none
    }
  };
  return (
    <Show when={serialOf()}>
      {(serial) => (
        <>
          <button type="button" class="quiet" onClick={() => void connect(serial())}>
            {T.connect}
          </button>
          <Show when={problem()}>
            <span role="alert">{problem()}</span>
          </Show>
        </>
      )}
    </Show>
  );
};
