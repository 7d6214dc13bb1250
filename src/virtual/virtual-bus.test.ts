// Frames and requests really flow on the buses of a virtual pack, bounded, and only while they matter.
import { describe, expect, test } from "vitest";
import type { CanFrame } from "../base/can-frame.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { readFault } from "../sim/fault-catalogue.ts";
import { applyFault, setCharger } from "../sim/world.ts";
import { benchCharger, benchWorld } from "./bench.ts";
import { plainScenario } from "./device.ts";
import { createVirtualBus, stepBus, type VirtualBus } from "./virtual-bus.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "./virtual-pack.ts";

type Seen = { readonly frame: CanFrame; readonly isOwn: boolean; readonly time_us: number };
type Rig = {
  readonly pack: VirtualPack;
  readonly bus: VirtualBus;
  readonly seen: Seen[];
  readonly requests: Uint8Array[];
};

function made(change: (settings: Settings) => void = () => {}): Rig {
  const settings = createSettings();
  change(settings);
  const scenario = plainScenario(benchWorld(settings), settings);
  const pack = createVirtualPack({ scenario, settings, seed: 7, program: "test", began_ms: 0 });
  return { pack, bus: createVirtualBus(pack.device, pack.journal), seen: [], requests: [] };
}
function look({ bus, seen, requests }: Rig): void {
  bus.looker = {
    frame: (frame, isOwn, time_us) => seen.push({ frame, isOwn, time_us }),
    exchange: (request) => requests.push(request),
  };
}
function run({ pack, bus }: Rig, seconds: number): void {
  for (let tick = 0; tick < 100 * seconds; tick++) {
    tickPack(pack, 10_000);
    stepBus(bus);
  }
}
const idsOf = ({ seen }: Rig, isOwn: boolean): Set<number> =>
  new Set(seen.filter((each) => each.isOwn === isOwn).map(({ frame }) => frame.id));

describe("seed 7: the buses of a virtual pack", () => {
  test("while somebody looks the node boots, beats, and answers the display; the control room reads", () => {
    const rig = made();
    look(rig);
    run(rig, 10);
    const boot = rig.seen[0]!;
    expect([boot.frame.id, [...boot.frame.data], boot.isOwn]).toEqual([0x720, [0], true]);
    expect(idsOf(rig, true)).toEqual(new Set([0x720, 0x5a0, 0x1a0, 0x2a0]));
    expect(idsOf(rig, false)).toEqual(new Set([0x701, 0x080, 0x620]));
    const beats = rig.seen.filter(({ frame, isOwn }) => isOwn && frame.id === 0x720).map(({ time_us }) => time_us);
    expect(beats.length).toBeGreaterThanOrEqual(10);
    expect(rig.seen.filter(({ frame }) => frame.id === 0x5a0).every(({ frame }) => frame.data[0] !== 0x80)).toBe(true);
    expect(rig.requests.length).toBe(5);
    expect(rig.seen.length).toBeLessThan(100);
  });

  test("nothing is done while nobody looks and nobody is spoken to", () => {
    const rig = made();
    run(rig, 5);
    expect(rig.bus.node).toBeUndefined();
    expect(rig.bus.wire).toEqual([]);
  });

  test("an inverter in the settings is spoken to and heard also while nobody looks: the device knows it is there", () => {
    const rig = made(({ inverter }) => Object.assign(inverter, { profile: "pylontech" }));
    run(rig, 5);
    expect(rig.pack.device.bms.measure.partnerOnline).toBe(1);
    look(rig);
    run(rig, 5);
    expect(idsOf(rig, true)).toContain(0x351);
    expect(idsOf(rig, false)).toContain(0x305);
  });

  test("a charger on the bus is online once it is plugged in", () => {
    const rig = made(({ j1939Charger }) => Object.assign(j1939Charger, { enable: true }));
    run(rig, 5);
    expect(rig.pack.device.bms.measure.chargerOnline).toBe(0);
    setCharger(rig.pack.device.world, { ...benchCharger(rig.pack.device.bms.settings), plugged: true });
    run(rig, 5);
    expect(rig.pack.device.bms.measure.chargerOnline).toBe(1);
  });

  test("an error becomes an emergency message", () => {
    const rig = made();
    look(rig);
    run(rig, 5);
    const fault = readFault({ kind: "senseWireOpen", wire: 5 });
    if ("problem" in fault) throw new Error(fault.problem);
    applyFault(rig.pack.device.world, fault);
    run(rig, 15);
    expect(idsOf(rig, true)).toContain(0x0a0);
  });
});
