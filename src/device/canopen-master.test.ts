// The master on a bus without anybody: what its timer runs into is told to its guard.

import { expect, test } from "vitest";
import type { LssTask } from "../canopen/lss-master.ts";
import { CanHub } from "./can-hub.ts";
import { CanopenMaster } from "./canopen-master.ts";
import { MACHINE_CLOCK } from "./machine-clock.ts";

const { now_us } = MACHINE_CLOCK;
const runs = (act: () => void): void => act();

test("a mistake of ours behind the master's timer goes to its guard and not to the process", async () => {
  const mistake = new Error("ours");
  function* wrong(): LssTask<void> {
    yield { data: new Uint8Array(8), answer: 0x11 };
    throw mistake; // once nobody has answered
  }
  const caught: unknown[] = [];
  await new Promise<void>((resolve) => {
    const guard = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        caught.push(error);
        resolve();
      }
    };
    const master = new CanopenMaster(new CanHub(now_us, runs), now_us, guard);
    void master.lss(wrong(), 1000);
  });
  expect(caught).toEqual([mistake]);
});
