// What Modbus costs: how soon an answer is ready, how soon it is on the line, and how many requests a second the running
// device serves over TCP.

import type { Figure } from "./measurement.ts";
import { benchAnswers } from "./modbus-answer-bench.ts";
import { benchLine } from "./modbus-line-bench.ts";
import { benchTcp } from "./modbus-tcp-bench.ts";

/** @param root folder of the project */
export async function benchModbus(root: string): Promise<Figure[]> {
  return [...benchAnswers(), ...(await benchLine(root)), ...(await benchTcp(root))];
}
