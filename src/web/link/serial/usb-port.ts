// A serial port as Web Serial gives it (WICG Serial API), as far as the link needs it, and the clock beside it.

export type UsbPort = {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  readonly open: (options: { readonly baudRate: number }) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly getInfo: () => { readonly usbVendorId?: number | undefined; readonly usbProductId?: number | undefined };
};

/** The ports that the person has allowed this page: navigator.serial. */
export type UsbPorts = {
  readonly getPorts: () => Promise<readonly UsbPort[]>;
  readonly addEventListener: (type: "connect", listener: () => void) => void;
  readonly removeEventListener: (type: "connect", listener: () => void) => void;
};

export type LinkClock = {
  /** Wall time. */
  readonly now_ms: () => number;
  /** @returns what calls it off */
  readonly after: (time_ms: number, act: () => void) => () => void;
};

export const PAGE_CLOCK: LinkClock = {
  now_ms: () => Date.now(),
  after: (time_ms, act) => {
    const timer = setTimeout(act, time_ms);
    return () => clearTimeout(timer);
  },
};

/** Whether it may be the same device, plugged in again. */
export function isSame(one: UsbPort, other: UsbPort): boolean {
  const [a, b] = [one.getInfo(), other.getInfo()];
  return one === other || (a.usbVendorId === b.usbVendorId && a.usbProductId === b.usbProductId);
}
