// The page's link over Web Serial against the project's real console at a virtual pack, through a port of streams as a browser has it.

import { afterEach, expect, test } from "vitest";
import { createUsbDevice, PASSWORD } from "../../../tests/rigs/usb-device.ts";
import { FAST_CLOCK, UsbSocket } from "../../../tests/rigs/usb-port.ts";
import { IMAGE_PLACES, isBelieved } from "../../model/signal-image.ts";
import { SIGNAL_NAMES } from "../../model/signals.ts";
import type { DeviceTold } from "../../monitor/told.ts";
import { applyFault, clearFault } from "../../sim/world.ts";
import type { LinkState } from "./link.ts";
import { SerialLink } from "./serial-link.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

/** A link that is open at a device that has run for a while. */
function rig(before_s = 15) {
  const device = createUsbDevice();
  device.pass(before_s);
  const socket = new UsbSocket(device);
  const link = new SerialLink(socket.port, socket.ports, FAST_CLOCK);
  ends.push(() => link.close());
  const heard: { states: [LinkState, string][]; image: Float64Array | undefined; device: DeviceTold | undefined } = {
    ...{ states: [], image: undefined, device: undefined },
  };
  let frames = 0;
  link.open({
    state: (state, why = "") => void heard.states.push([state, why]),
    image: (image) => {
      heard.image = image.slice();
      frames++;
    },
    device: (told) => {
      heard.device = told;
    },
    world: () => undefined,
    events: () => undefined,
    bus: () => undefined,
  });
  return { device, socket, link, heard, frames: () => frames, isTold: () => until(() => heard.device !== undefined) };
}

const believed = (image: Float64Array, name: string, element = 0): number | undefined =>
  isBelieved(image, name, element) ? image[IMAGE_PLACES.get(name)!.at + element] : undefined;

test("says who the device is and how it stands, by its own numbers", async () => {
  const { device, heard, isTold } = rig();
  await isTold();
  const { bms } = device.pack.device;
  expect(heard.device).toMatchObject({
    ...{ model: "BMS Mini 2.1", isAwake: true, isSimulated: false, mode: "running" },
    ...{ cells: 16, chemistry: "LFP", capacity_Ah: 100, errors: [], setup: "USB" },
  });
  expect(heard.device!.contactors.filter(({ closed }) => closed).map(({ name }) => name)).toEqual(
    (["main", "charge", "discharge"] as const).filter((name) => bms.decide.contactors[name].closed === 1),
  );
  expect(heard.image![IMAGE_PLACES.get("soc")!.at]).toBeCloseTo(bms.estimate.soc, 2); // it has ticked on since it was read
});

test("what is looked at is read in every pass, and all other signals within some passes", async () => {
  const { device, link, heard, frames, isTold } = rig();
  await isTold();
  link.attend(new Set(["cells_V", "minCell"]));
  const before = frames();
  await until(() => frames() > before + 2);
  const { measure } = device.pack.device.bms;
  for (let cell = 0; cell < 16; cell++)
    expect(believed(heard.image!, "cells_V", cell)).toBeCloseTo(measure.cells_V[cell]!, 2);
  expect(believed(heard.image!, "minCell")).toBeGreaterThanOrEqual(0); // people count from 1, the image from 0
  expect(believed(heard.image!, "cells_V", 17)).toBeUndefined();
  await until(() => frames() > before + 25);
  const { signals } = await link.call("snapshot", {});
  expect(Object.keys(signals).length).toBe(SIGNAL_NAMES.length);
  expect(signals["averageCell_V"]).toBeCloseTo(measure.averageCell_V, 2);
  expect(signals["minCell"]).toBe(measure.minCell);
});

test("an error is told in words with its element, what clears it, and goes again", async () => {
  const { device, heard, isTold } = rig();
  await isTold();
  applyFault(device.pack.device.world, { kind: "thermistorOpen", thermistor: 2 });
  await until(() => heard.device!.errors.length > 0);
  await until(() => /2 is open/.test(heard.device!.errors[0]!.sentence));
  expect(heard.device!.errors[0]).toMatchObject({ name: "thermistor", element: 1, isLocked: false });
  expect(heard.device!.errors[0]!.clears).toMatch(/^Clears once/);
  clearFault(device.pack.device.world, "thermistorOpen");
  await until(() => heard.device!.errors.length === 0);
});

test("who sits at the port may look and command; settings want the service password, quotes in it and all", async () => {
  const { link, isTold } = rig();
  await isTold();
  expect(await link.call("session", {})).toMatchObject({ role: "operator" });
  const change = { changes: { "user.address": 'Cellar "2"', "protections.overvoltage.limit_V": 3.7 } };
  await expect(link.call("applySettings", change)).rejects.toMatchObject({ problem: { kind: "refused" } });
  await expect(link.call("logIn", { name: "service", password: "wrong" })).rejects.toMatchObject({
    problem: { kind: "notAllowed" },
  });
  expect(await link.call("logIn", { name: "service", password: PASSWORD })).toMatchObject({ role: "service" });
  const { changes } = await link.call("applySettings", change);
  expect(Object.fromEntries(changes.map(({ name, to }) => [name, to]))).toEqual(change.changes);
  await link.call("logOut", {});
  expect(await link.call("session", {})).toMatchObject({ role: "operator" });
});

test("settings are all there; every kind of value goes to the device and comes back the same", async () => {
  const { device, link, isTold } = rig();
  await isTold();
  await link.call("logIn", { name: "service", password: PASSWORD });
  const { values, settingsKey } = await link.call("settings", {});
  const curve = Object.entries(values).find(([, value]) => typeof value === "object" && !("z" in value))!;
  const bent = structuredClone(curve[1]) as { x: number[]; y: number[] };
  bent.y[1] = Number((bent.y[1]! * 1.0005).toPrecision(5));
  const changes = {
    [curve[0]]: bent,
    "user.address": "Attic",
    "balancing.enable": !(values["balancing.enable"] as boolean),
  };
  const checked = await link.call("checkSettings", { changes });
  expect(checked.changes.map(({ name }) => name).sort()).toEqual(Object.keys(changes).sort());
  await link.call("applySettings", { changes, settingsKey });
  const { values: after } = await link.call("settings", {});
  expect(after).toMatchObject(changes);
  expect(device.pack.device.bms.settings.user.address).toBe("Attic");
  await expect(link.call("applySettings", { changes: { "user.address": "x" }, settingsKey })).rejects.toMatchObject({
    problem: { kind: "conflict" },
  });
});

test("what does not fit is refused before it is sent, and what only the device knows by the device", async () => {
  const { link, socket, heard, isTold } = rig();
  await isTold();
  await link.call("logIn", { name: "service", password: PASSWORD });
  const before = socket.written.length;
  await expect(link.call("applySettings", { changes: { "battery.cells": 99 } })).rejects.toMatchObject({
    problem: { kind: "refused", violations: [{ setting: "battery.cells", kind: "value" }] },
  });
  expect(socket.written.slice(before)).not.toMatch(/w battery\.cells/);
  expect(heard.device!.contactors.some(({ closed }) => closed)).toBe(true);
  await expect(link.call("applySettings", { changes: { "battery.cells": 15 } })).rejects.toMatchObject({
    problem: { kind: "refused", violations: [{ setting: "battery.cells", kind: "closed" }] },
  });
  const { violations } = await link.call("checkSettings", { changes: { "battery.cells": 15 } });
  expect(violations).toMatchObject([{ setting: "battery.cells", kind: "closed" }]);
});

test("commands, inputs and acknowledgements reach the device; what a console cannot do is said beforehand", async () => {
  const { device, link, heard, isTold } = rig();
  await isTold();
  await expect(link.call("command", { command: "resetCycles" })).rejects.toMatchObject({
    problem: { kind: "notAllowed" },
  });
  await link.call("acknowledge", {});
  await link.call("acknowledge", { faults: ["overvoltage"] });
  await link.call("override", { signal: "inhibitCharging", value: 1 });
  await until(() => device.pack.entries.some(({ code, actor }) => code === "overridden" && actor === "USB console"));
  await link.call("command", { command: "powerDown" });
  await until(() => heard.device!.mode === "standby");
  expect(heard.device!.isAwake).toBe(false);
  expect(link.can("command")).toBe(true);
  expect(link.can("setWorld")).toBe(false);
  expect(link.can("history")).toBe(false);
  await expect(link.call("journal", {})).rejects.toMatchObject({ problem: { kind: "unavailable" } });
});

test("the battery record is made from the device's own counters", async () => {
  const { link, isTold } = rig();
  await isTold();
  const { record } = await link.call("record", {});
  expect(record["ratedCapacity"]).toMatchObject({ value: 100 });
  expect(record["chemistry"]).toMatchObject({ value: "LFP, 16 cells in series" });
});

test("a cable that is pulled is told, and the device is found again when it is back, without its login", async () => {
  const { device, socket, link, heard, isTold } = rig();
  await isTold();
  await link.call("logIn", { name: "service", password: PASSWORD });
  socket.unplug();
  await until(() => heard.states.at(-1)![0] === "connecting");
  expect(heard.states.at(-1)![1]).toBe("The device has been lost.");
  await expect(link.call("acknowledge", {})).rejects.toMatchObject({ problem: { kind: "unavailable" } });
  socket.plugIn(device);
  await until(() => heard.states.at(-1)![0] === "up");
  expect(await link.call("session", {})).toMatchObject({ role: "operator" });
});

test("a port at which something else speaks is left again, and tried again", async () => {
  const silent = { ...createUsbDevice(), attach: () => ({ take: () => undefined, close: () => undefined }) };
  const socket = new UsbSocket(silent);
  const link = new SerialLink(socket.port, socket.ports, FAST_CLOCK);
  ends.push(() => link.close());
  const states: string[] = [];
  const nothing = (): void => undefined;
  link.open({
    state: (_, why = "") => void states.push(why),
    ...{ image: nothing, device: nothing, world: nothing, events: nothing, bus: nothing },
  });
  await until(() => states.filter((why) => why === "the device does not answer").length > 1);
});

test("a link that is closed leaves the port free", async () => {
  const { socket, link, isTold } = rig();
  await isTold();
  link.close();
  await until(() => !socket.isOpen);
});
