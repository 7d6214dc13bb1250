// What a CANopen node costs: frames a second through the whole stack on one core, and how long the PDOs of a SYNC and the answer
// of an SDO take to be ready. The node is the device's: its dictionary over a real core's signals, copied as after a tick.

import { type CanFrame, standardFrame } from "../../src/base/can-frame.ts";
import { createLoginGuard } from "../../src/base/login-guard.ts";
import {
  type Application,
  createApplication,
  createChargerReports,
  createSession,
} from "../../src/canopen/application.ts";
import { applicationObjects } from "../../src/canopen/application-objects.ts";
import { createNode, nextDeadline_us, poll, takeFrame } from "../../src/canopen/node.ts";
import { nodePresets } from "../../src/canopen/node-presets.ts";
import type { Node } from "../../src/canopen/node-state.ts";
import { createBms } from "../../src/core/bms.ts";
import { copyImage, createImageReader } from "../../src/core/signal-image.ts";
import { createVendorJournal } from "../../src/log/vendor-journal.ts";
import { createSettings } from "../../src/model/settings.ts";
import { IMAGE_SIZE } from "../../src/model/signal-image.ts";
import { frameOf } from "../fuzz/canopen-rig.ts";
import { IDENTITY } from "../fuzz/modbus-rig.ts";
import { atLeast, atMost, type Figure, median } from "./measurement.ts";

/** The bars: frames a second; ms. */
const FRAMES_BAR = 200_000;
const SDO_BAR_ms = 0.5;
const SYNC_BAR_ms = 1;
const ROUNDS = 20;
const BATCH = 20_000;
const SAMPLES = 50_000;

/** A bus as a battery sees it: each SYNC brings its two TPDOs, others send PDOs and heartbeats, a tool reads by SDO. */
const TRAFFIC: readonly CanFrame[] = [
  ...["080:", "1A1: 00 01 02 03 04 05 06 07", "705: 05", "620: 40 20 40 00 00 00 00 00", "080:"].map(frameOf),
  ...["2A1: 00 01 02 03 04 05 06 07", "220: 01", "080:", "620: 40 17 10 00 00 00 00 00", "1A2: 00 01"].map(frameOf),
];
const SYNC = frameOf("080:");
const REQUEST = frameOf("620: 40 20 40 00 00 00 00 00");

export function benchCanopenNode(): Figure[] {
  const rates = Array.from({ length: ROUNDS }, () => framesPerSecond(createBenchNode()));
  const node = createBenchNode();
  return [
    atLeast("canopen.node.frames", median(rates), "1/s", FRAMES_BAR),
    atMost("canopen.node.sync.p99", p99_ms(node, SYNC, 2), "ms", SYNC_BAR_ms),
    atMost("canopen.node.sdo.p99", p99_ms(node, REQUEST, 1), "ms", SDO_BAR_ms),
  ];
}

/** In Operational, watching the heartbeat of node 5, with the vendor's PDOs and those of a charger. */
function createBenchNode(): Node {
  const settings = createSettings();
  settings.canopen.pdoSet = "both";
  const node = createNode({
    ...{ nodeId: 32, deviceType: 418, deviceName: "bench", hardwareVersion: "2.1", softwareVersion: "1.0" },
    ...{ identity: { vendorId: 0, productCode: 0x21, revision: 0x1_0000, serial: 1 }, presets: nodePresets(settings) },
    objects: applicationObjects(benchApplication()),
  });
  poll(node, 0);
  takeFrame(node, standardFrame(0x620, Uint8Array.of(0x23, 0x16, 0x10, 1, 0xe8, 3, 5, 0)), 0);
  return node;
}

function benchApplication(): Application {
  const bms = createBms(createSettings());
  const image = new Float64Array(IMAGE_SIZE);
  copyImage(createImageReader(bms), image);
  const shown = { image, settings: bms.settings, journal: createVendorJournal(), identity: IDENTITY };
  return createApplication({
    session: createSession({ actor: "bench", peer: "bench", isLocal: true }),
    ...{ guard: createLoginGuard(), charger: createChargerReports(), show: () => shown },
  });
}

/** Frames taken and sent, each counted once, with the polling the node asks for; seconds are those of the processor. */
function framesPerSecond(node: Node): number {
  let now_us = 1_000_000;
  let frames = 0;
  const began = process.cpuUsage();
  for (let i = 0; i < BATCH; i++) {
    now_us += 500;
    frames += 1 + takeFrame(node, TRAFFIC[i % TRAFFIC.length]!, now_us).send.length;
    if (nextDeadline_us(node) <= now_us) frames += poll(node, now_us).send.length;
  }
  const { user, system } = process.cpuUsage(began);
  return (frames * 1e6) / (user + system);
}

/** How long 99 of 100 of such a frame took until its answers were ready. */
function p99_ms(node: Node, frame: CanFrame, answers: number): number {
  const taken_ms = new Float64Array(SAMPLES);
  for (let i = 0; i < SAMPLES; i++) {
    const began_ms = performance.now();
    const { send } = takeFrame(node, frame, 20_000_000 + i * 1000);
    taken_ms[i] = performance.now() - began_ms;
    if (send.length < answers) throw new Error("the node does not answer as it should");
  }
  return taken_ms.sort()[Math.floor(0.99 * SAMPLES)]!;
}
