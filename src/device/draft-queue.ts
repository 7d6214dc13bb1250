// Drafts of journal entries on their way to the store: bounded, so that a disk that stalls cannot fill the memory. When
// it is full the newest are dropped, and one entry says how many as soon as there is room.

import { EVENTS, type EventDraft } from "../model/events.ts";

/** Drafts that came together; `settings`: hash of the settings then in force. */
type Group = {
  readonly drafts: readonly EventDraft[];
  readonly settings: string;
  readonly written: (sequence: number) => void;
  /** Running time since which they wait, ms; and whether they were told elsewhere meanwhile. */
  readonly since_ms: number;
  isTold: boolean;
};

export type DraftQueue = {
  groups: Group[];
  /** Drafts in all groups. */
  count: number;
  /** Dropped since the last that were not. */
  lost: number;
  lastLost: { readonly draft: EventDraft; readonly settings: string } | undefined;
};

export type Batch = {
  readonly drafts: readonly EventDraft[];
  readonly settings: string;
  readonly groups: readonly Group[];
};

/** Most drafts that wait. */
export const QUEUE_LENGTH = 10_000;
/** Most drafts of one transaction; a larger group still goes as one. */
const BATCH_LENGTH = 500;

export const createDraftQueue = (): DraftQueue => ({ groups: [], count: 0, lost: 0, lastLost: undefined });

/**
 * Queues drafts. `written` is called with the sequence of the last of them, or with 0 when they are lost.
 * @param now_ms running time
 * @returns false when they are lost because the queue is full
 */
export function enqueue(
  queue: DraftQueue,
  drafts: readonly EventDraft[],
  settings: string,
  written: Group["written"],
  now_ms = 0,
): boolean {
  const group: Group = { drafts, settings, written, since_ms: now_ms, isTold: false };
  if (queue.count + drafts.length > QUEUE_LENGTH) lose(queue, group);
  else put(queue, group);
  return queue.groups.at(-1) === group;
}

function lose(queue: DraftQueue, { drafts, settings, written }: Group): void {
  queue.lost += drafts.length;
  queue.lastLost = { draft: drafts.at(-1)!, settings };
  written(0);
}

/** Drafts that have waited since a time and were not told so before; each is told once. `flying`: taken, not yet settled. */
export function takeStalled(queue: DraftQueue, flying: readonly Batch[], since_ms: number): EventDraft[] {
  const stalled: EventDraft[] = [];
  for (const group of [...flying.flatMap(({ groups }) => groups), ...queue.groups]) {
    if (group.isTold || group.since_ms > since_ms) continue;
    group.isTold = true;
    stalled.push(...group.drafts);
  }
  return stalled;
}

/** How many drafts of a batch, its first ones, were told while they waited. */
export const toldOf = ({ groups }: Batch): number =>
  groups.reduce((sum, { drafts, isTold }) => sum + (isTold ? drafts.length : 0), 0);

function put(queue: DraftQueue, group: Group): void {
  queue.groups.push(group);
  queue.count += group.drafts.length;
}

/** Stands after what waited while the queue was full, and before what comes now. */
function tellLoss(queue: DraftQueue): void {
  if (queue.lastLost === undefined) return;
  const { settings, draft } = queue.lastLost;
  const { wall_ms, clock, uptime_s } = draft;
  const text = `${queue.lost} events were lost: the disk did not take them in time`;
  const told = { subject: "journal", value: queue.lost, actor: "", text };
  const { severity } = EVENTS.storeTrouble;
  put(queue, {
    drafts: [{ wall_ms, clock, uptime_s, source: "store", code: "storeTrouble", severity, ...told }],
    settings,
    written: () => {},
    since_ms: 0,
    isTold: true,
  });
  queue.lost = 0;
  queue.lastLost = undefined;
}

/** Takes the oldest groups out that go into one transaction: those under the same settings. Undefined when empty. */
export function takeBatch(queue: DraftQueue): Batch | undefined {
  const [first] = queue.groups;
  if (first === undefined) return undefined;
  let groups = 0;
  let drafts = 0;
  for (const group of queue.groups) {
    if (group.settings !== first.settings || (groups > 0 && drafts + group.drafts.length > BATCH_LENGTH)) break;
    groups++;
    drafts += group.drafts.length;
  }
  const taken = queue.groups.splice(0, groups);
  return { drafts: taken.flatMap((group) => group.drafts), settings: first.settings, groups: taken };
}

/** A batch is on the disk up to `last`: tells each group its sequence. */
export function settle(queue: DraftQueue, batch: Batch, last: number): void {
  queue.count -= batch.drafts.length;
  let sequence = last - batch.drafts.length;
  for (const { drafts, written } of batch.groups) {
    sequence += drafts.length;
    written(sequence);
  }
  tellLoss(queue);
}

/** A batch could not be written: it is the first of the next try. */
export function putBack(queue: DraftQueue, batch: Batch): void {
  queue.groups.unshift(...batch.groups);
}

/** A batch will not be written, nor tried again. */
export function loseBatch(queue: DraftQueue, batch: Batch): void {
  queue.count -= batch.drafts.length;
  for (const group of batch.groups) lose(queue, group);
  tellLoss(queue);
}

/** Nothing more will be written. */
export function giveUp(queue: DraftQueue): void {
  for (const { written } of queue.groups.splice(0)) written(0);
  queue.count = 0;
}
