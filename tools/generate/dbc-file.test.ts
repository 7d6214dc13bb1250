// The committed DBC, read and used by canmatrix, which is not ours: it decodes frames whose bytes were made by hand.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPresent } from "../debian-packages.ts";

const FILE = join(import.meta.dirname, "../../docs/bms-mini.dbc");

/** Physical values of frames given as id and bytes; overlaps and signals out of their frame are errors. */
const SCRIPT = `
import json, sys, warnings
warnings.simplefilter("ignore")
import canmatrix.formats
matrix = canmatrix.formats.loadp_flat(sys.argv[1])
frames = {frame.arbitration_id.id: frame for frame in matrix.frames}
for frame in matrix.frames:
    taken = set()
    for signal in frame.signals:
        bits = set(range(signal.start_bit, signal.start_bit + signal.size))
        assert not bits & taken, (frame.name, signal.name, "lies on another")
        assert len(signal.name) <= 32, signal.name
        assert max(bits) < 8 * frame.size, (frame.name, signal.name, "lies outside")
        taken |= bits
out = {"frames": {f.name: [f.arbitration_id.id, f.size] for f in matrix.frames}, "decoded": []}
for text in json.loads(sys.argv[2]):
    id, data = text.split("#")
    decoded = frames[int(id, 16)].decode(bytes.fromhex(data))
    out["decoded"].append({name: float(value.phys_value) for name, value in decoded.items()})
print(json.dumps(out))
`;

type Read = {
  readonly frames: Readonly<Record<string, readonly [number, number]>>;
  readonly decoded: readonly Readonly<Record<string, number>>[];
};

function read(...frames: string[]): Read {
  const { stdout, stderr, status } = spawnSync(
    "/usr/bin/python3",
    ["-W", "ignore", "-c", SCRIPT, FILE, JSON.stringify(frames)],
    {
      encoding: "utf8",
    },
  );
  expect([status, stderr.split("\n").filter((line) => /Error/.test(line))]).toEqual([0, []]);
  return JSON.parse(stdout);
}

describe.skipIf(!isPresent("python3-canmatrix"))("docs/bms-mini.dbc in canmatrix", () => {
  test("has the vendor's PDOs at 1A0h and 2A0h, CiA 418's behind them, no signal on another", () => {
    const { frames } = read();
    const byId = new Map(Object.values(frames).map(([id, size]) => [id, size]));
    expect([0x1a0, 0x2a0, 0x3a0, 0x4a0, 0x220, 0x320, 0x420, 0x720, 0x0a0].map((id) => byId.get(id))).toEqual([
      ...[8, 8, 3, 7, 1, 3, 4, 1, 8],
    ]);
  });

  test("reads the vendor's state: charger connected, -123.4 A, -5 to 31 degC, 80 %, 52.8 V", () => {
    const [state] = read("1A0#022EFBFB1F501002").decoded;
    expect(state).toMatchObject({
      ...{ current: -123.4, minTemperature: -5, maxTemperature: 31, soc: 80, voltage: 52.8 },
      ...{ input_chargerConnected: 1, input_batteryCover: 0 },
    });
  });

  test("reads the vendor's words: Allow charging is bit 3, overvoltage bit 2, the current sensor's ADC bit 19", () => {
    const [words] = read("2A0#0800000204000800").decoded;
    expect(words).toMatchObject({
      ...{ signal_allowCharging: 1, signal_powerUp: 1, signal_heater: 0 },
      ...{ error_overvoltage: 1, error_currentSensor: 1, error_undervoltage: 0 },
    });
  });

  test("reads CiA 418: 20 A requested at 80 %, 25.0 degC, ready, 51.2 V", () => {
    const [request, state] = read("3A0#400150", "4A0#C80001CDCC0000").decoded;
    expect(request).toEqual({ currentRequested: 20, soc: 80 });
    expect(state).toMatchObject({ temperature: 25, batteryStatus: 1 });
    expect(state!.voltage).toBeCloseTo(51.2, 3);
  });
});
