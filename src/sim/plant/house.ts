// A house with solar panels behind a hybrid inverter: sun, clouds, a base load, mornings and evenings, and appliances.
// Made up from the seed; what the inverter takes from the battery is house minus sun.

import { between, gaussian, type Random, uniform } from "../../base/random.ts";

export type House = {
  hour: number;
  cloud: number;
  appliance_W: number;
  appliance_s: number;
  next_us: number;
  power_W: number;
};

export type HouseConfig = { readonly solar_W: number; readonly house_W: number; readonly evening_W: number };

export const createHouse = (start_h: number): House => ({
  hour: start_h,
  cloud: 0.8,
  appliance_W: 0,
  appliance_s: 0,
  next_us: 0,
  power_W: 0,
});

const STEP_us = 5_000_000;

/** Power the house needs beyond what the sun gives, watts; negative when there is sun to spare. Changes each 5 s. */
export function housePower_W(house: House, config: HouseConfig, random: Random, dt_us: number): number {
  house.hour = (house.hour + dt_us / 3.6e9) % 24;
  house.next_us -= dt_us;
  if (house.next_us > 0) return house.power_W;
  house.next_us += STEP_us > dt_us ? STEP_us : dt_us;
  const hour = house.hour;
  house.cloud = Math.min(1, Math.max(0.1, house.cloud + (0.75 - house.cloud) * 0.01 + 0.03 * gaussian(random)));
  const height = hour > 6 && hour < 20 ? Math.sin(((hour - 6) / 14) * Math.PI) : 0;
  house.power_W =
    config.house_W +
    evening(hour) * config.evening_W +
    appliance(house, random) -
    height * house.cloud * config.solar_W;
  return house.power_W;
}

const evening = (hour: number): number =>
  0.5 * Math.exp(-(((hour - 7.5) / 1.2) ** 2)) + Math.exp(-(((hour - 19.5) / 2.2) ** 2));

function appliance(house: House, random: Random): number {
  house.appliance_s -= STEP_us * 1e-6;
  if (house.appliance_s <= 0) {
    house.appliance_W = uniform(random) < 0.25 ? between(random, 300, 2500) : 0;
    house.appliance_s = house.appliance_W > 0 ? between(random, 60, 900) : between(random, 60, 1800);
  }
  return house.appliance_W;
}
