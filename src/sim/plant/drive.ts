// A vehicle in town: made-up trips of accelerating, cruising, braking and waiting, from the seed. No recording is behind it.
// Power follows speed and acceleration of a light vehicle and is given as a fraction of its peak.

import { between, type Random, uniform } from "../../base/random.ts";

export type Drive = {
  phase: "wait" | "accelerate" | "cruise" | "brake";
  remaining_us: number;
  speed: number;
  target: number;
  acceleration: number;
};

export const createDrive = (): Drive => ({
  phase: "wait",
  remaining_us: 1_000_000,
  speed: 0,
  target: 0,
  acceleration: 0,
});

const FULL_POWER = 30; // m2/s3: 2 m/s2 at 15 m/s

/** Drawn power as a fraction of the peak, -regeneration..1, after the drive went on for dt_us. */
export function drivePower(drive: Drive, regeneration: number, random: Random, dt_us: number): number {
  drive.remaining_us -= dt_us;
  drive.speed += drive.acceleration * dt_us * 1e-6;
  if (drive.speed < 0) drive.speed = 0;
  if (drive.remaining_us <= 0) nextPhase(drive, random);
  const speed = drive.speed;
  const drag = 0.008 + 0.012 * speed * 0.1 + 0.2 * (speed / 25) ** 3;
  const power = (drive.acceleration * speed) / FULL_POWER + drag;
  if (power > 1) return 1;
  return power < 0 ? Math.max(power * regeneration, -regeneration) : power;
}

function nextPhase(drive: Drive, random: Random): void {
  switch (drive.phase) {
    case "wait":
      drive.phase = "accelerate";
      drive.target = between(random, 6, 25);
      drive.acceleration = between(random, 0.6, 2);
      drive.remaining_us = ((drive.target - drive.speed) / drive.acceleration) * 1e6;
      return;
    case "accelerate":
      drive.phase = "cruise";
      drive.acceleration = between(random, -0.03, 0.03);
      drive.remaining_us = between(random, 3, 60) * 1e6;
      return;
    case "cruise":
      drive.phase = "brake";
      drive.acceleration = -between(random, 0.7, 2.2);
      drive.remaining_us = (drive.speed / -drive.acceleration) * 1e6;
      return;
    case "brake":
      drive.phase = "wait";
      drive.speed = 0;
      drive.acceleration = 0;
      drive.remaining_us = (uniform(random) < 0.15 ? between(random, 60, 600) : between(random, 2, 30)) * 1e6;
      return;
  }
}
