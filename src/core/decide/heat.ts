// Heater and cooler: on beyond the limit for the start delay, off beyond the tolerant value for the stop delay, and off at
// once when the temperature is not believed or an error forbids it (the vendor's manual).

import type { Bms } from "../bms.ts";
import type { HeatPlan } from "./plan.ts";
import { lasted_us } from "./timer.ts";

export function controlHeat(bms: Bms, dt_us: number): void {
  const {
    decide: decided,
    measure: measured,
    plan: { decide: plan },
  } = bms;
  const works = decided.mode === "running" && measured.temperatureValid === 1;
  if (plan.heater.fitted || decided.heater === 1) {
    const { heater } = plan;
    const allowed = works && heater.fitted && !(heater.offOnErrors && (isBroken(bms) || isOverdone(bms)));
    const cold_degC = measured.minTemperature_degC;
    const changes = decided.heater === 0 ? cold_degC < heater.on_degC : cold_degC > heater.off_degC;
    decided.heater_us = lasted_us(decided.heater_us, allowed && changes, dt_us);
    const next = nextHeat(decided.heater, allowed, decided.heater_us, heater);
    if (next !== decided.heater) decided.heater_us = -1;
    decided.heater = next;
  }
  if (plan.cooler.fitted || decided.cooler === 1) {
    const { cooler } = plan;
    const allowed = works && cooler.fitted && !(cooler.offOnErrors && isBroken(bms));
    const hot_degC = measured.maxTemperature_degC;
    const changes = decided.cooler === 0 ? hot_degC > cooler.on_degC : hot_degC < cooler.off_degC;
    decided.cooler_us = lasted_us(decided.cooler_us, allowed && changes, dt_us);
    const next = nextHeat(decided.cooler, allowed, decided.cooler_us, cooler);
    if (next !== decided.cooler) decided.cooler_us = -1;
    decided.cooler = next;
  }
}

function nextHeat(on: number, allowed: boolean, changes_us: number, plan: HeatPlan): number {
  if (!allowed) return 0;
  return changes_us >= (on === 0 ? plan.start_us : plan.stop_us) ? 1 - on : on;
}

const isBroken = ({ protect: { active, anyError, criticalError } }: Bms): boolean =>
  anyError === 1 && (criticalError === 1 || active.undervoltage === 1 || active.shortCircuit === 1);
const isOverdone = ({ protect: { active, anyError } }: Bms): boolean =>
  anyError === 1 &&
  (active.overcurrentCharge === 1 ||
    active.overcurrentDischarge === 1 ||
    active.highTemperatureCharge === 1 ||
    active.highTemperatureDischarge === 1);
