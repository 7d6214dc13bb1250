// Sharing a turn of the event loop on a made-up clock.

import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("whoever is alone is served at once", () => {
  const served: string[] = [];
  const turns = new Turns<string>(
    () => 0,
    (who) => served.push(who) < 0,
  );
  turns.want("a");
  turns.want("b");
  expect(served).toEqual(["a", "b"]);
});

test("two greedy ones share, and a turn ends after 2 ms", async () => {
  const served: string[] = [];
  let now_us = 0;
  const turns = new Turns<string>(
    () => now_us,
    (who) => {
      now_us += 500;
      return served.push(who) < 12;
    },
  );
  turns.want("a");
  turns.want("b");
  expect(served).toEqual(["a", "a", "a", "a"]); // a alone was greedy for a whole turn
  await nextTurn();
  await nextTurn();
  await nextTurn();
  expect(served.slice(4, 12)).toEqual(["a", "b", "a", "b", "a", "b", "a", "b"]);
});

test("one that is forgotten is not served", async () => {
  const served: string[] = [];
  let now_us = 0;
  const turns = new Turns<string>(
    () => now_us,
    (who) => {
      now_us += 3000;
      return served.push(who) < 0;
    },
  );
  turns.want("a");
  turns.want("b");
  turns.forget("b");
  await nextTurn();
  expect(served).toEqual(["a"]);
});
