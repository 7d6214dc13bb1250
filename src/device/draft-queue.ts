// Drafts of journal entries on their way to the store: bounded, so that a disk that stalls cannot fill the memory. When
// it is full the newest are dropped, and one entry says how many as soon as there is room.

import { EVENTS, type EventDraft } from "../model/events.ts";

/** Drafts that came together; `settings`: hash of the settings then in force. */
type Group = {
  readonly drafts: readonly EventDraft[];
  readonly settings: string;
  readonly written: (sequence: number) => void;
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

/** Queues drafts. `written` is called with the sequence of the last of them, or with 0 when they are lost. */
export function enqueue(
  queue: DraftQueue,
  drafts: readonly EventDraft[],
  settings: string,
  written: Group["written"],
): void {
  if (queue.count + drafts.length <= QUEUE_LENGTH) put(queue, { drafts, settings, written });
  else {
    queue.lost += drafts.length;
    queue.lastLost = { draft: drafts.at(-1)!, settings };
    written(0);
  }
}

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

/** Nothing more will be written. */
export function giveUp(queue: DraftQueue): void {
  for (const { written } of queue.groups.splice(0)) written(0);
  queue.count = 0;
}
