// What one thread tells the other of contactors, through shared memory.
import { expect, test } from "vitest";
import { BIT, type Switches } from "../replay/commands.ts";
import { createListener, createSharedSwitches, createTeller } from "./shared-switches.ts";

const closed = BIT.charge | BIT.discharge;

test("the listener knows every change of a contactor up to the time it waits for, and no other command", () => {
  const shared = createSharedSwitches();
  const tell = createTeller(shared);
  const { switches, waitFor } = createListener(shared);
  const told: Switches = { time_us: [10], word: [closed | BIT.power], cells: [0] };
  tell(told, 1000);
  waitFor(1000);
  expect(switches).toMatchObject({ time_us: [10], word: [closed] });
  told.time_us.push(1500, 1600, 1700);
  told.word.push(closed | BIT.heater, closed | BIT.balancing, BIT.discharge);
  told.cells.push(0, 0, 0);
  tell(told, 2000);
  waitFor(1800);
  expect(switches).toMatchObject({ time_us: [10, 1700], word: [closed, BIT.discharge] });
});

test("nobody waits once the teller has ended", () => {
  const shared = createSharedSwitches();
  const { switches, waitFor } = createListener(shared);
  createTeller(shared)({ time_us: [], word: [], cells: [] }, Number.POSITIVE_INFINITY);
  waitFor(1e18);
  expect(switches.time_us).toEqual([]);
});
