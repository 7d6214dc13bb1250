// A whole device with a modelled pack, and partners on a bus that carries every frame at once: who charges or draws obeys
// nothing but frames.

import { type Bms, createBms, step } from "../../src/core/bms.ts";
import type { Request } from "../../src/core/requests.ts";
import { copyImage, createImageReader, type ImageReader } from "../../src/core/signal-image.ts";
import {
  createEquipment,
  type Equipment,
  type EquipmentStep,
  noteTick,
  poll,
  takeFrame,
} from "../../src/equipment/equipment.ts";
import type { SettingValue } from "../../src/model/settings.ts";
import type { Identity, Shown } from "../../src/model/shown.ts";
import { IMAGE_SIZE } from "../../src/model/signal-image.ts";
import type { BusPartner } from "../../src/sim/partners/bus-partner.ts";
import { charger } from "../../src/sim/plant/charger.ts";
import { commission } from "../../src/sim/scenario/commissioning.ts";
import { createWorld, setLoad, setPermissions, stepWorld, type World } from "../../src/sim/world.ts";
import { type Changes, type WorldConfig, worldConfig } from "../../src/sim/world-config.ts";

export type Loop = {
  readonly world: World;
  readonly bms: Bms;
  readonly equipment: Equipment;
  readonly partners: BusPartner[];
  readonly shown: Shown;
  readonly reader: ImageReader;
  time_us: number;
  tick_us: number;
  readonly requests: Request[];
};

/** Short enough for contactors; while they stand still a test may take longer steps. */
const TICK_us = 50_000;
const IDENTITY: Identity = {
  ...{ vendor: "", product: "", url: "", model: "", hardware: [2, 1], firmware: [1, 0, 0] },
  ...{ address: [], netmask: [], gateway: [] },
};
/** The plant's charger gives what it is granted, and has no mind of its own. */
const SOURCE = charger(58, 60, { announces: false, tail_A: 0, wakesDeadBus: false, minimum_V: 10 });

export function createLoop(
  settings: Readonly<Record<string, SettingValue>>,
  changes: Changes<WorldConfig>,
  partners: BusPartner[],
  seed = 7,
): Loop {
  const config = worldConfig({ charger: SOURCE, ...changes });
  const commissioned = commission(config, settings);
  if (commissioned.violations.length > 0)
    throw new Error(commissioned.violations.map(({ setting, reason }) => `${setting}: ${reason}`).join());
  const world = createWorld(config, seed);
  const bms = createBms(commissioned.settings);
  const image = new Float64Array(IMAGE_SIZE);
  const shown = { image, settings: commissioned.settings, journal: { records: [], last: 0 }, identity: IDENTITY };
  return {
    world,
    bms,
    equipment: createEquipment(commissioned.settings),
    partners,
    shown,
    reader: createImageReader(bms),
    time_us: 0,
    tick_us: TICK_us,
    requests: [],
  };
}

/** One tick of all: world, device, equipment, partners. */
export function tick(loop: Loop): void {
  const { world, bms, equipment, partners, shown } = loop;
  loop.time_us += loop.tick_us;
  stepWorld(world, bms.commands, loop.tick_us);
  step(bms, world.sensors, loop.requests, loop.tick_us);
  loop.requests.length = 0;
  copyImage(loop.reader, shown.image);
  noteTick(equipment, loop.time_us);
  carry(loop, poll(equipment, shown, loop.time_us));
  const { port_V, current_A, link_V } = world.circuit;
  for (const partner of partners)
    for (const frame of partner.live(loop.time_us, Math.max(port_V, link_V), current_A))
      carry(loop, takeFrame(equipment, frame, shown, loop.time_us));
  const charge_A = partners.reduce((sum, partner) => sum + partner.charge_A(), 0);
  const dischargeLimit_A = partners.reduce((sum, partner) => sum + partner.discharge_A(), 0);
  setPermissions(world, { allowCharging: charge_A > 0, chargeLimit_A: charge_A, dischargeLimit_A });
}

function carry(loop: Loop, { send, asks }: EquipmentStep): void {
  for (const frame of send) for (const partner of loop.partners) partner.hear(frame, loop.time_us);
  loop.requests.push(...asks);
}

/** Runs until something holds. @returns the seconds it took; infinity: it never did */
export function until(loop: Loop, holds: () => boolean, most_s: number): number {
  const begin_us = loop.time_us;
  while (loop.time_us - begin_us < most_s * 1e6) {
    tick(loop);
    if (holds()) return (loop.time_us - begin_us) / 1e6;
  }
  return Number.POSITIVE_INFINITY;
}

export const run = (loop: Loop, seconds: number): void => void until(loop, () => false, seconds);

/** The same with long ticks, while contactors stand still. */
export function untilSlowly(loop: Loop, holds: () => boolean, most_s: number): number {
  loop.tick_us = 4 * TICK_us;
  const took_s = until(loop, holds, most_s);
  loop.tick_us = TICK_us;
  return took_s;
}

/** What a load draws, whatever it is told: a consumer without a bus. */
export const draw = (loop: Loop, current_A: number): void =>
  setLoad(loop.world, { kind: "current", current_A, cutoff_V: 0, startDelay_ms: 0, obeysLimits: false });
