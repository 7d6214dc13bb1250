// Power is a product of voltage and current: wherever it leaves the device it is believed while both are. The tables name the flags, and
// every way out follows them.

import { describe, expect, test } from "vitest";
import { isNotKnown } from "../src/canopen/known.ts";
import { createNames } from "../src/canopen/names.ts";
import { believedRow } from "../src/log/believed-row.ts";
import { parseSignal } from "../src/log/query.ts";
import { rowOf } from "../src/log/table.ts";
import { named } from "../src/modbus/names.ts";
import { isValidAt } from "../src/modbus/signal-registers.ts";
import { IMAGE_PLACES, IMAGE_SIZE, isBelieved } from "../src/model/signal-image.ts";
import { createHistoryCache, historySteps } from "../src/monitor/data/history.ts";
import { createTickCache, tickSteps } from "../src/monitor/data/ticks.ts";
import { createImageReceiver, createImageSender, packImage, unpackImage } from "../src/monitor/stream.ts";
import { tellSnapshot } from "../src/monitor/tell-snapshot.ts";
import { readScenario } from "../src/sim/scenario/scenario.ts";
import { createVirtualPack, tickPack } from "../src/virtual/virtual-pack.ts";
import { attend } from "../src/web/link/serial/signal-reading.ts";
import { createDictionaryRig, holdSignal, readObject } from "../tools/fuzz/dictionary-rig.ts";
import { createRig, hold, read } from "../tools/fuzz/modbus-rig.ts";
import { PACK_BEGAN_us, packLog } from "./pack-logs.ts";

/** 50 V and -20 A, each believed or not. */
const signalsOf = (batteryValid: number, currentValid: number): Readonly<Record<string, number>> => ({
  ...{ battery_V: 50, current_A: -20, power_W: -1000 },
  ...{ batteryValid, currentValid },
});

function imageOf(signals: Readonly<Record<string, number>>): Float64Array {
  const image = new Float64Array(IMAGE_SIZE);
  for (const [name, value] of Object.entries(signals)) image[IMAGE_PLACES.get(name)!.at] = value;
  return image;
}

describe.each([
  [1, 1, true],
  [0, 1, false],
  [1, 0, false],
  [0, 0, false],
])("with a voltage believed %d and a current believed %d, power is believed %s", (voltage, current, expected) => {
  const signals = signalsOf(voltage, current);
  const image = imageOf(signals);

  test("in the image of the signals", () => {
    expect(isBelieved(image, "power_W")).toBe(expected);
  });

  test("in the API's snapshot, where it else is null", () => {
    expect(tellSnapshot(image, 0).signals["power_W"]).toBe(expected ? -1000 : null);
  });

  test("on the stream, also where only a flag has changed", () => {
    const [sender, receiver] = [createImageSender(), createImageReceiver()];
    for (const step of [imageOf(signalsOf(1, 1)), image])
      unpackImage(receiver, packImage(sender, step, { time_us: 0, uptime_us: 0 }));
    expect(isBelieved(receiver.image!, "power_W")).toBe(expected);
  });

  test("on CANopen", () => {
    const rig = createDictionaryRig();
    for (const [name, value] of Object.entries(signals)) holdSignal(rig, name, value);
    const { index, subIndex } = createNames(rig.dictionary).find("power_W")[0]!;
    const data = readObject(rig, index, subIndex) as Uint8Array;
    const value = new DataView(data.buffer, data.byteOffset).getFloat32(0, true);
    expect(isNotKnown("real32", value)).toBe(!expected);
    if (expected) expect(value).toBe(-1000);
  });

  test("on Modbus, in its register, its bit of validity, and SunSpec's W", () => {
    const rig = createRig();
    for (const [name, value] of Object.entries(signals)) hold(rig, name, value);
    const { address } = named("power_W")!.register;
    const words = read(rig, 4, address, 2) as number[];
    expect(words.join() !== [0x7fc0, 0].join() && words.join() !== [0, 0x7fc0].join()).toBe(expected);
    expect(isValidAt(image, address)).toBe(expected);
    const sunSpec = named("802.W")!.register;
    expect((read(rig, 3, sunSpec.address, 1) as number[])[0] !== 0x8000).toBe(expected);
  });

  test("in a row of a log that people read", () => {
    expect(believedRow(signals)["power_W"]).toBe(expected ? -1000 : null);
  });
});

test("a console that reads power reads both flags", () => {
  const attended = attend(new Set(["power_W"]));
  expect(attended).toEqual(expect.arrayContaining(["power_W", "batteryValid", "currentValid"]));
});

describe("a log of a pack with a broken sense wire", () => {
  const BREAKS_s = 60;
  const END_s = 120;
  const pack = packWithBrokenWire(END_s);
  const log = packLog(pack.log);
  const rows = pack.log.flatMap(({ topic, data }) => (topic === "/state" ? [rowOf(data)!] : []));
  const at = (second: number): number => PACK_BEGAN_us + second * 1e6;
  const settled = at(BREAKS_s + 20);
  const names = "power_W,current_A";

  test("holds a current that is believed and a voltage that is not", () => {
    expect(rows.at(-1)).toMatchObject({ currentValid: 1, batteryValid: 0 });
    expect(rows[30]).toMatchObject({ currentValid: 1, batteryValid: 1 });
  });

  test.each(["quick", "fine"] as const)("draws current and no power after it, %s", (grain) => {
    const steps = historySteps(createHistoryCache(), [log], {
      ...{ signals: names, from_us: at(0), to_us: at(END_s), points: 400, grain },
    });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    if (!step.value.ok) throw new Error(step.value.problem.detail);
    const [power, current] = step.value.answer.series;
    expect(power!.time_us.some((time_us) => time_us < at(BREAKS_s))).toBe(true);
    expect(Math.max(...current!.time_us)).toBeGreaterThan(settled);
    expect(lastKnown_us(power!)).toBeLessThan(settled);
  });

  test("has no power in the ticks that are played again", () => {
    const signals = names.split(",").map((name) => parseSignal(name)!);
    const stretch = { from_us: settled, to_us: settled + 1e6 };
    const steps = tickSteps(createTickCache(), [log], stretch, signals);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { values } = step.value!;
    expect(values.get("power_W")!.every(Number.isNaN)).toBe(true);
    expect(values.get("current_A")!.some(Number.isNaN)).toBe(false);
  });
});

const lastKnown_us = ({
  time_us,
  max,
}: {
  readonly time_us: readonly number[];
  readonly max: readonly (number | null)[];
}) => time_us.reduce((last, at_us, i) => (Number.isFinite(max[i] ?? Number.NaN) ? Math.max(last, at_us) : last), 0);

function packWithBrokenWire(seconds: number) {
  const read = readScenario({
    name: "broken wire",
    hours: 1,
    tick_ms: 10,
    world: { load: { kind: "current", current_A: 10 } },
    events: [{ at: "60 s", do: { fault: { kind: "senseWireOpen", wire: 6 } } }],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { scenario } = read;
  const began_ms = PACK_BEGAN_us / 1000;
  const pack = createVirtualPack({ scenario, settings: scenario.settings, seed: 1, program: "test", began_ms });
  for (let tick = 0; tick < seconds * 100; tick++) tickPack(pack, 10_000);
  pack.recorder.end();
  return pack;
}
