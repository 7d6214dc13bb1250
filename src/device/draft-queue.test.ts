// The queue of drafts: bounded, in order, and it says what it lost.
import { expect, test } from "vitest";
import type { EventDraft } from "../model/events.ts";
import {
  createDraftQueue,
  enqueue,
  giveUp,
  loseBatch,
  putBack,
  settle,
  takeBatch,
  takeStalled,
  toldOf,
} from "./draft-queue.ts";

const drafts = (count: number, text = "event"): EventDraft[] =>
  Array.from({ length: count }, () => ({
    ...{ wall_ms: 1, clock: "unset", uptime_s: 0, source: "core", code: "mode", severity: "info" },
    ...{ subject: "", actor: "", text },
  }));

test("what waits goes out in order, and each learns its sequence", () => {
  const queue = createDraftQueue();
  const told: string[] = [];
  enqueue(queue, drafts(2, "a"), "s", (sequence) => told.push(`a ${sequence}`));
  enqueue(queue, drafts(3, "b"), "s", (sequence) => told.push(`b ${sequence}`));
  const batch = takeBatch(queue)!;
  expect(batch.drafts.map(({ text }) => text).join("")).toBe("aabbb");
  settle(queue, batch, 105);
  expect(told).toEqual(["a 102", "b 105"]);
  expect(takeBatch(queue)).toBe(undefined);
});

test("drafts under other settings go into a batch of their own", () => {
  const queue = createDraftQueue();
  for (const settings of ["s", "s", "t", "s"]) enqueue(queue, drafts(1), settings, () => {});
  const sizes = [takeBatch(queue), takeBatch(queue), takeBatch(queue)].map((batch) => [
    batch?.settings,
    batch?.drafts.length,
  ]);
  expect(sizes).toEqual([
    ["s", 2],
    ["t", 1],
    ["s", 1],
  ]);
});

test("a batch holds at most 500 drafts, or one larger group", () => {
  const queue = createDraftQueue();
  for (const count of [300, 200, 1, 800, 1]) enqueue(queue, drafts(count), "", () => {});
  const sizes = Array.from({ length: 4 }, () => takeBatch(queue)?.drafts.length);
  expect(sizes).toEqual([500, 1, 800, 1]);
});

test("a batch that could not be written is the first of the next try", () => {
  const queue = createDraftQueue();
  enqueue(queue, drafts(1, "a"), "", () => {});
  const batch = takeBatch(queue)!;
  enqueue(queue, drafts(1, "b"), "", () => {});
  putBack(queue, batch);
  expect(takeBatch(queue)?.drafts.map(({ text }) => text)).toEqual(["a", "b"]);
});

test("of 10 000 that wait none is lost; what comes then is, and one entry says how many as soon as there is room", () => {
  const queue = createDraftQueue();
  const told: number[] = [];
  for (let group = 0; group < 20; group++) enqueue(queue, drafts(500), "s", () => {});
  enqueue(queue, drafts(7, "lost"), "s", (sequence) => told.push(sequence));
  enqueue(queue, drafts(3, "lost"), "s", (sequence) => told.push(sequence));
  expect(told).toEqual([0, 0]);
  settle(queue, takeBatch(queue)!, 500);
  enqueue(queue, drafts(1, "after"), "s", () => {});
  const rest: EventDraft[] = [];
  for (let batch = takeBatch(queue); batch !== undefined; batch = takeBatch(queue)) rest.push(...batch.drafts);
  expect(rest).toHaveLength(9502);
  expect(rest.at(-2)).toMatchObject({ code: "storeTrouble", severity: "error", source: "store", value: 10 });
  expect(rest.at(-1)?.text).toBe("after");
});

test("at the end everyone who waits is told that it is lost", () => {
  const queue = createDraftQueue();
  const told: number[] = [];
  enqueue(queue, drafts(1), "", (sequence) => told.push(sequence));
  giveUp(queue);
  expect([told, queue.count, takeBatch(queue)]).toEqual([[0], 0, undefined]);
});

test("what has waited for long is told once, also when it is on its way, and how much of a batch was told is known", () => {
  const queue = createDraftQueue();
  enqueue(queue, drafts(2, "a"), "s", () => {}, 1000);
  enqueue(queue, drafts(1, "b"), "t", () => {}, 2000);
  enqueue(queue, drafts(1, "c"), "t", () => {}, 2001);
  const flying = takeBatch(queue)!;
  expect(takeStalled(queue, [flying], 999)).toEqual([]);
  expect(takeStalled(queue, [flying], 2000).map(({ text }) => text)).toEqual(["a", "a", "b"]);
  expect(takeStalled(queue, [flying], 2000)).toEqual([]);
  expect([toldOf(flying), toldOf(takeBatch(queue)!)]).toEqual([2, 1]);
});

test("a batch that is given up is counted as lost, and makes room", () => {
  const queue = createDraftQueue();
  const told: number[] = [];
  enqueue(queue, drafts(3), "s", (sequence) => told.push(sequence));
  loseBatch(queue, takeBatch(queue)!);
  expect(told).toEqual([0]);
  expect(takeBatch(queue)?.drafts).toMatchObject([{ code: "storeTrouble", value: 3 }]);
});
