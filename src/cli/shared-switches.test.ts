// What one thread tells the other of contactors, through shared memory; what cannot be told ends the what-if.
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

test("a teller that falls silent, or has more to tell than fits, is not passed over", () => {
  const silent = createListener(createSharedSwitches(), 1);
  expect(() => silent.waitFor(1)).toThrow(/has said nothing for 0\.001 s$/);
  const shared = createSharedSwitches(2);
  const { waitFor, switches } = createListener(shared);
  const tell = createTeller(shared);
  const told: Switches = { time_us: [1, 2], word: [closed, 0], cells: [0, 0] };
  tell(told, 10);
  waitFor(10);
  expect(switches.time_us).toEqual([1, 2]);
  told.time_us.push(11);
  told.word.push(closed);
  tell(told, 20);
  expect(() => waitFor(20)).toThrow(/more often than can be kept in mind/);
});
