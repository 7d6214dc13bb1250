// What a victim of the kill test says, and what must hold between what it last acknowledged and what the next one finds.

/** Found at the start, after everything was taken up. */
export type Found = {
  readonly found: {
    /** Two settings that are only ever changed together. */
    readonly version: number;
    readonly twin: number;
    readonly counters: readonly number[];
    readonly journal: number;
    readonly resumed: boolean;
    readonly remarks: readonly string[];
  };
};

/** Said to be on the disk. */
export type Acknowledged = {
  readonly acknowledged: {
    readonly version: number;
    /** The newest version asked for so far, told before it is asked for: it may be on the disk, or not. */
    readonly asked: number;
    readonly counters: readonly number[];
    readonly journal: number;
    /** Time of the newest record of the log that is on the medium. */
    readonly log_us: number;
  };
};

/** Everything that was lost, one line each; none is what must be. */
export function losses(
  { found: before }: Found,
  said: Acknowledged["acknowledged"],
  { found: after }: Found,
): string[] {
  const lost: string[] = [];
  if (after.version !== after.twin) lost.push(`half a change of settings: ${after.version} and ${after.twin}`);
  if (after.version < said.version) lost.push(`settings ${said.version} acknowledged, ${after.version} found`);
  if (after.version > said.asked) lost.push(`settings ${after.version} found, ${said.asked} asked for`);
  if (after.journal < said.journal) lost.push(`journal to ${said.journal} acknowledged, to ${after.journal} found`);
  for (const floor of [before.counters, said.counters]) {
    floor.forEach((value, i) => {
      if (after.counters[i]! < value) lost.push(`counter ${i} went back from ${value} to ${after.counters[i]}`);
    });
  }
  if (after.remarks.length > 0) lost.push(...after.remarks);
  return lost;
}

/** The claim of a victim that was killed before it asked for or acknowledged anything: what it found. */
export const nothingMore = ({ found }: Found): Acknowledged["acknowledged"] => ({
  ...{ version: found.version, asked: found.version, counters: found.counters, journal: found.journal, log_us: 0 },
});
