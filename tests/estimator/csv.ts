// Recordings as the CSV that people have.

import { writeFileSync } from "node:fs";
import type { Recording } from "../../src/sim/recorded/recording.ts";

export function writeRecording(
  file: string,
  { time_s, voltage_V, current_A, temperature_degC, charge_Ah }: Recording,
): void {
  const rows = Array.from(time_s, (at_s, i) =>
    [at_s, voltage_V[i].toFixed(5), current_A[i].toFixed(5), temperature_degC[i], charge_Ah[i].toFixed(6)].join(","),
  );
  writeFileSync(file, `# made by a test cell\ntime_s,voltage_v,current_a,temperature_c,ah\n${rows.join("\n")}\n`);
}
