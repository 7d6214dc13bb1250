// Why something tripped or opened, as a page shows it: the sentences, and the seconds around it as series, with the quantity that
// was judged first.

import { planProtect } from "../../core/protect/plan.ts";
import { FAULT_ROWS } from "../../model/faults.ts";
import type { FaultRow } from "../../model/rows.ts";
import { elementWords } from "../../replay/explain-words.ts";
import type { Series } from "../../replay/series.ts";
import type { Told } from "../../replay/told-event.ts";
import type { AnswerTo } from "../schemas.ts";

type Answer = AnswerTo<"explanation">;
type SeriesTold = Answer["series"][number];

/** Digits that a plot can show, and a reader. */
const DIGITS = 6;

export function tellExplanation({ explanation, at_us, story, series, trip, move, source }: Told): Answer {
  const row: FaultRow | undefined = trip === undefined ? undefined : FAULT_ROWS[trip.name];
  const isNumber = row?.limit !== undefined && row.unit !== undefined && row.unit !== "none";
  const rule =
    story?.settings === undefined || !isNumber
      ? undefined
      : planProtect(story.settings).rules.find(({ name }) => name === trip?.name);
  return {
    headline: explanation.headline,
    paragraphs: explanation.paragraphs.map(({ topic, sentences }) => ({ topic, sentences: [...sentences] })),
    ...{ source, trip_us: at_us, began_us: trip?.began_us ?? at_us },
    fault: trip?.name ?? null,
    contactor: move?.contactor ?? null,
    series:
      series === undefined || series.time_us.length < 2
        ? []
        : seriesTold(series, isNumber ? row : undefined, trip?.element ?? -1),
    limit: rule === undefined ? null : rule.sign * rule.limit,
    clearsAt: rule === undefined ? null : rule.sign * rule.tolerant,
  };
}

function seriesTold(series: Series, row: FaultRow | undefined, element: number): SeriesTold[] {
  const told = (role: SeriesTold["role"], name: string, unit: string, values: readonly number[]): SeriesTold => ({
    ...{ role, name, unit },
    time_us: series.time_us,
    values: values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null)),
  });
  const judged = row === undefined ? [] : [told("judged", judgedName(row, element), row.unit ?? "", series.value)];
  return [
    ...judged,
    told("minCell", "lowest cell", "V", series.minCell_V),
    told("maxCell", "highest cell", "V", series.maxCell_V),
    told("current", "current", "A", series.current_A),
    told("chargeLimit", "charge limit", "A", series.chargeLimit_A),
    told(
      "dischargeLimit",
      "discharge limit",
      "A",
      series.dischargeLimit_A.map((limit_A) => -limit_A),
    ),
  ];
}

const judgedName = (row: FaultRow, element: number): string => elementWords(row, element) || row.title;
