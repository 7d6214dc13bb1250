// The same page at a device's USB port: Chromium with a stand-in for navigator.serial, behind which is the project's real console at
// a virtual pack. A password, settings, an error, a cable that is pulled.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { applyFault } from "../../src/sim/world.ts";
import { hasBrowser, openPage, takePicture, violations } from "../../tools/browser/chromium.ts";
import { staticPages } from "../rigs/static-pages.ts";
import { createUsbDevice, PASSWORD, type UsbDevice } from "../rigs/usb-device.ts";

const PATIENCE = { timeout: 20_000 };

/** Stands in the page for navigator.serial: one port, whose bytes go through two functions of the test. */
function standIn(): void {
  // biome-ignore lint/suspicious/noExplicitAny: this stands in the page, between it and the test
  const page = globalThis as any;
  const listeners = new Set<() => void>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isThere = true;
  const port = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    getInfo: () => ({ usbVendorId: 0x1d6b, usbProductId: 0x0104 }),
    open: async () => {
      if (!isThere) throw new DOMException("Failed to open serial port.", "NetworkError");
      await page.usbOpen();
      port.readable = new ReadableStream({
        start: (each) => {
          controller = each;
        },
      });
      port.writable = new WritableStream({ write: (chunk) => page.usbWrite(new TextDecoder().decode(chunk)) });
    },
    close: async () => {
      port.readable = null;
      port.writable = null;
      await page.usbClose();
    },
  };
  page.usbRead = (text: string) => controller?.enqueue(new TextEncoder().encode(text));
  page.usbPull = () => {
    isThere = false;
    controller?.error(new DOMException("The device has been lost.", "NetworkError"));
  };
  page.usbPlug = () => {
    isThere = true;
    for (const listener of listeners) listener();
  };
  Object.defineProperty(navigator, "serial", {
    value: {
      requestPort: async () => port,
      getPorts: async () => (isThere ? [port] : []),
      addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
    },
  });
}

async function attach(page: Page, device: UsbDevice): Promise<void> {
  let seat: ReturnType<UsbDevice["attach"]> | undefined;
  const say = (text: string): void => {
    // biome-ignore lint/suspicious/noExplicitAny: see standIn
    void page.evaluate((words) => (globalThis as any).usbRead(words), text).catch(() => undefined);
  };
  await page.exposeFunction("usbOpen", () => {
    seat = device.attach(say);
  });
  await page.exposeFunction("usbWrite", (text: string) => seat?.take(new TextEncoder().encode(text)));
  await page.exposeFunction("usbClose", () => seat?.close());
  await page.addInitScript(standIn);
}

describe.runIf(hasBrowser)("a device by USB in Chromium", () => {
  const pages = staticPages();

  const isLive = (page: Page) =>
    page.waitForFunction(
      () => document.querySelector(".connection")?.textContent?.startsWith("Live"),
      undefined,
      PATIENCE,
    );

  async function connect(): Promise<{ page: Page; errors: string[]; device: UsbDevice }> {
    const device = createUsbDevice(7);
    device.pass(15);
    const { page, errors } = await openPage(pages.browser);
    await attach(page, device);
    await page.goto(`${pages.url}#/pack`);
    await page.click("button:text-is('Connect by USB')");
    await page.waitForSelector(".pack-tab[aria-current]:has-text('USB')", PATIENCE);
    await isLive(page);
    return { page, errors, device };
  }

  test("the pack at the port is shown as any other; pages that a console cannot serve are not offered", {
    timeout: 60_000,
  }, async () => {
    const { page, errors, device } = await connect();
    await page.waitForFunction(() => document.querySelectorAll(".cells .cell").length === 16, undefined, PATIENCE);
    const volts = device.pack.device.bms.measure.battery_V.toFixed(1);
    await page.waitForFunction((wanted) => document.body.textContent?.includes(wanted), volts, PATIENCE);
    expect(await page.locator(".connection").textContent()).not.toContain("modelled");
    expect(await page.locator("nav a[href='#/world']").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await takePicture(page, "usb-pack");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("an error of the device is told in words, and the service password opens what it guards", {
    timeout: 60_000,
  }, async () => {
    const { page, errors, device } = await connect();
    applyFault(device.pack.device.world, { kind: "thermistorOpen", thermistor: 2 });
    await page.waitForSelector(".troubles .error:has-text('Temperature sensor 2 is open')", PATIENCE);
    await page.click("button:text-is('Log in for service')");
    await page.fill(".dialog input[name=password]", "wrong");
    await page.click(".dialog button[type=submit]");
    await page.waitForFunction(
      () => document.querySelector(".dialog .problem")?.textContent !== "",
      undefined,
      PATIENCE,
    );
    await page.fill(".dialog input[name=password]", PASSWORD);
    await page.click(".dialog button[type=submit]");
    await page.waitForSelector("button:text-is('Log out')", PATIENCE);
    await takePicture(page, "usb-service");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a pulled cable is told with the age of what is shown; plugged in again the page goes on", {
    timeout: 60_000,
  }, async () => {
    const { page } = await connect();
    // biome-ignore lint/suspicious/noExplicitAny: see standIn
    await page.evaluate(() => (globalThis as any).usbPull());
    await page.waitForSelector(".trouble:has-text('The device has been lost.')", PATIENCE);
    await page.waitForSelector(".connection.stale", PATIENCE);
    // biome-ignore lint/suspicious/noExplicitAny: see standIn
    await page.evaluate(() => (globalThis as any).usbPlug());
    await isLive(page);
    expect(await page.locator(".trouble").count()).toBe(0);
    await page.context().close();
  });
});
