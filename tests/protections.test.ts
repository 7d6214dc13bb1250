// Each protection from end to end: volts at the headers as a meter would read them, the whole core in ticks of 10 ms, and
// what trips, at which cell or sensor, and what it opens. Numbers are literals from the chemistry's table, the NTC table
// (B 3950) and the sheet of the HASS 200 (0.625 V at 200 A about 2.5 V), not from the rows under test.

import { expect, test } from "vitest";
import { type Bms, createBms, step } from "../src/core/bms.ts";
import type { Request } from "../src/core/requests.ts";
import { createSensors, type Sensors } from "../src/core/sensors.ts";
import type { FaultName } from "../src/model/faults.ts";
import { createSettings, type SettingValue } from "../src/model/settings.ts";
import { changeSettings } from "../src/model/validation.ts";
import { openWire, setCell, setCells } from "./raw-board.ts";

type Rig = { readonly bms: Bms; readonly sensors: Sensors; readonly spoil: Spoil; run(seconds: number): void };
type Spoil = { feedback: number; frozen: boolean; requests: Request[] };

/** A pack of 16 cells at 3.3 V and 25 degC with ideal contactors, no precharge. */
function createRig(changes: Readonly<Record<string, SettingValue>> = {}): Rig {
  const changed = changeSettings(createSettings(), { "precharge.enable": false, ...changes });
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const bms = createBms(changed.settings);
  const sensors = createSensors();
  setCells(sensors, 16, 3.3);
  sensors.thermistors_V.fill(2.5); // 100 kOhm under 100 kOhm
  Object.assign(sensors, {
    thermistorSupply_V: 5,
    hallSupply_V: 5,
    hall_V: 2.5,
    hallReference_V: 2.5,
    board_degC: 30,
    heatSink_degC: 35,
  });
  const spoil: Spoil = { feedback: -1, frozen: false, requests: [] };
  const run = (seconds: number): void => {
    for (let i = 0; i < seconds * 100; i++) {
      if (i % 10 === 0 && !spoil.frozen) {
        sensors.cellSequence++;
        if (bms.commands.openWireTest === 1) sensors.openWireSequence++;
      }
      for (let k = 0; k < 4; k++) sensors.feedback[k] = k === spoil.feedback ? 0 : bms.commands.outputs[k]!;
      step(bms, sensors, spoil.requests.splice(0), 10_000);
    }
  };
  return { bms, sensors, spoil, run };
}

const amperes = (sensors: Sensors, current_A: number): void => {
  sensors.hall_V = 2.5 + (current_A / 200) * 0.625;
};
const kiloOhms = (sensors: Sensors, thermistor: number, kOhm: number): void => {
  sensors.thermistors_V[thermistor] = (5 * kOhm) / (kOhm + 100);
};
const set = <T extends object>(target: T, changes: Partial<T>): void => {
  Object.assign(target, changes);
};
const din1 = (signal: string): Readonly<Record<string, SettingValue>> => ({ "inputs.assignment1": signal });

type Row = readonly [
  name: FaultName,
  what: string,
  seconds: number,
  element: number,
  stillOn: string,
  spoil: (rig: Rig) => void,
  changes?: Readonly<Record<string, SettingValue>>,
];

const NONE = "";
const CRITICAL = NONE;
const ROWS: readonly Row[] = [
  ["overvoltage", "cell 7 alone at 3.78 V", 2, 6, "discharge main", ({ sensors }) => setCell(sensors, 6, 3.78)],
  ["undervoltage", "cell 3 alone at 2.45 V", 3, 2, "charge main", ({ sensors }) => setCell(sensors, 2, 2.45)],
  [
    "lowTemperatureCharge",
    "thermistor 2 alone at -10 degC",
    10,
    1,
    "discharge main",
    ({ sensors }) => kiloOhms(sensors, 1, 582.5),
  ],
  [
    "lowTemperatureDischarge",
    "thermistor 2 alone at -30 degC",
    10,
    1,
    NONE,
    ({ sensors }) => kiloOhms(sensors, 1, 2002),
  ],
  [
    "highTemperatureCharge",
    "thermistor 4 alone at 56 degC",
    10,
    3,
    "discharge main",
    ({ sensors }) => kiloOhms(sensors, 3, 28.71),
  ],
  [
    "highTemperatureDischarge",
    "thermistor 4 alone at 70 degC",
    10,
    3,
    NONE,
    ({ sensors }) => kiloOhms(sensors, 3, 17.6),
  ],
  ["overcurrentCharge", "charging with 70 A", 4, -1, NONE, ({ sensors }) => amperes(sensors, 70)],
  ["overcurrentDischarge", "discharging with 160 A", 4, -1, NONE, ({ sensors }) => amperes(sensors, -160)],
  ["shortCircuit", "discharging with 550 A", 1, -1, NONE, ({ sensors }) => amperes(sensors, -550)],
  [
    "chargeCurrentLimit",
    "56 A where the map allows 50 A",
    12,
    -1,
    "discharge main",
    ({ sensors }) => amperes(sensors, 56),
  ],
  ["cellImbalance", "cell 5 a volt under the others", 62, 4, "charge main", ({ sensors }) => setCell(sensors, 4, 2.29)],
  [
    "contactorTemperature",
    "the contactor's thermistor at 100 degC",
    20,
    -1,
    NONE,
    ({ sensors }) => kiloOhms(sensors, 4, 6.975),
    { "thermistors.use5": "contactor" },
  ],
  ["cellMonitor", "a front end that stands still", 5, -1, CRITICAL, ({ spoil }) => set(spoil, { frozen: true })],
  ["cellCount", "cell 9 dead", 5, 15, CRITICAL, ({ sensors }) => setCell(sensors, 8, 0)],
  ["cellMeasurement", "cell 4 not a number", 3, 3, NONE, ({ sensors }) => setCell(sensors, 3, Number.NaN)],
  ["cellWiring", "cell 6 reversed", 5, 5, CRITICAL, ({ sensors }) => setCell(sensors, 5, -3.3)],
  ["openWire", "wire C5 open", 12, 5, NONE, ({ sensors }) => openWire(sensors, 16, 5)],
  ["thermistor", "thermistor 3 open", 5, 2, NONE, ({ sensors }) => void sensors.thermistors_V.fill(5, 2, 3)],
  ["currentSensor", "the Hall output at its rail", 3, -1, CRITICAL, ({ sensors }) => set(sensors, { hall_V: 4.9 })],
  ["shuntOffline", "a shunt that falls silent", 3, -1, NONE, () => {}, { "shunt.enable": true }],
  ["chargeFeedback", "FB1 open on a closed contactor", 3, -1, CRITICAL, ({ spoil }) => set(spoil, { feedback: 0 })],
  ["dischargeFeedback", "FB3 open on a closed contactor", 3, -1, CRITICAL, ({ spoil }) => set(spoil, { feedback: 2 })],
  ["mainFeedback", "FB4 open on a closed contactor", 3, -1, CRITICAL, ({ spoil }) => set(spoil, { feedback: 3 })],
  [
    "chargerFault",
    "a charger that reports a fault",
    3,
    -1,
    "discharge main",
    ({ spoil }) => void spoil.requests.push({ kind: "charger", online: true, faulty: true }),
  ],
  [
    "chargerOffline",
    "an expected charger that falls silent",
    3,
    -1,
    "discharge main",
    ({ spoil }) => void spoil.requests.push({ kind: "charger", online: false }),
    { "equipment.chargerExpected": true, "j1939Charger.enable": true },
  ],
  [
    "equipmentOffline",
    "an expected inverter that falls silent",
    3,
    -1,
    "discharge main",
    ({ spoil }) => void spoil.requests.push({ kind: "partner", online: false }),
    { "equipment.partnerExpected": true },
  ],
  ["batteryCover", "the cover", 1, -1, CRITICAL, ({ sensors }) => sensors.inputs.set([1]), din1("batteryCover")],
  ["interlock", "the interlock loop", 1, -1, CRITICAL, ({ sensors }) => sensors.inputs.set([1]), din1("interlock")],
  ["insulation", "the insulation monitor", 3, -1, NONE, ({ sensors }) => sensors.inputs.set([1]), din1("insulation")],
  [
    "circuitBreaker",
    "the circuit breaker",
    2,
    -1,
    NONE,
    ({ sensors }) => sensors.inputs.set([1]),
    din1("circuitBreaker"),
  ],
  ["fuse1", "the contact of fuse 1", 2, -1, NONE, ({ sensors }) => sensors.inputs.set([1]), din1("fuse1")],
  ["fuse2", "the contact of fuse 2", 2, -1, NONE, ({ sensors }) => sensors.inputs.set([1]), din1("fuse2")],
  ["fuse3", "the contact of fuse 3", 2, -1, NONE, ({ sensors }) => sensors.inputs.set([1]), din1("fuse3")],
];

const coils = ({ decide }: Bms): string =>
  (["charge", "discharge", "main"] as const).filter((name) => decide.contactors[name].on === 1).join(" ");

test("nothing trips and all contactors close while all is well", () => {
  const { bms, run } = createRig();
  run(60);
  expect([bms.protect.errorCount, coils(bms)]).toEqual([0, "charge discharge main"]);
});

test.each(ROWS.map((row) => [row[0], row[1], row] as const))("%s: %s", (name, _what, row) => {
  const [, , seconds, element, stillOn, spoil, changes] = row;
  const rig = createRig(changes);
  for (let i = 0; i < 30; i++) {
    if (changes?.["shunt.enable"] === true) rig.spoil.requests.push({ kind: "shunt", current_A: 0 });
    if (changes?.["equipment.chargerExpected"] === true) rig.spoil.requests.push({ kind: "charger", online: true });
    if (changes?.["equipment.partnerExpected"] === true) rig.spoil.requests.push({ kind: "partner", online: true });
    rig.run(0.1);
  }
  expect([rig.bms.protect.errorCount, coils(rig.bms)]).toEqual([0, "charge discharge main"]);
  spoil(rig);
  rig.run(seconds);
  expect(rig.bms.protect.active[name]).toBe(1);
  expect(rig.bms.protect.faults[name].element).toBe(element);
  rig.run(1);
  expect(coils(rig.bms)).toBe(stillOn);
});
