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
  expect(served).toEqual(["a"]); // the rest is for the next turns
  const inOneTurn: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const before = served.length;
    await new Promise((resolve) => setImmediate(resolve));
    inOneTurn.push(served.length - before);
  }
  expect(Math.max(...inOneTurn)).toBe(4);
  expect(served.slice(1, 9)).toEqual(["a", "b", "a", "b", "a", "b", "a", "b"]);
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
