// What the signals are at the two cursors and under the pointer, and how far they lie apart.

import { For, type JSX, Show } from "solid-js";
import { digitsOf, stepOf } from "../../log/resolution.ts";
import { number, signed, symbolOf } from "../parts/format.ts";
import { SIGNALS } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";
import { type Series, scaleOf, signalOf, unitOf, valueAt } from "./chart-data.ts";
import { labelOf } from "./signal-list.ts";
import { signalTitle } from "./signal-titles.ts";
import { spanText, timeText } from "./times.ts";

const T = texts.history;

type Props = {
  readonly series: readonly Series[];
  readonly cursors: readonly (number | undefined)[];
  readonly pointer: number | undefined;
  readonly length_us: number;
  /** How long a time each point stands for. */
  readonly width_us: number;
  readonly clear: () => void;
};

export const CursorTable = (props: Props): JSX.Element => {
  const time = (at_us: number | undefined): string => (at_us === undefined ? "" : timeText(at_us, props.length_us));
  const difference_us = (): number | undefined => {
    const [one, other] = props.cursors;
    return one === undefined || other === undefined ? undefined : other - one;
  };
  return (
    <>
      <section class="cursor-table" aria-label={T.cursors} tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">{T.signal}</th>
              <th scope="col">
                {T.cursor(1)} <span class="cursor-time">{time(props.cursors[0])}</span>
              </th>
              <th scope="col">
                {T.cursor(2)} <span class="cursor-time">{time(props.cursors[1])}</span>
              </th>
              <th scope="col">
                {T.difference}{" "}
                <span class="cursor-time">{difference_us() === undefined ? "" : spanText(difference_us()!)}</span>
              </th>
              <th scope="col">
                {T.pointer} <span class="cursor-time">{time(props.pointer)}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.series}>{(series) => <Row {...props} series={series} />}</For>
          </tbody>
        </table>
      </section>
      <Show when={props.cursors.some((at_us) => at_us !== undefined)}>
        <button type="button" class="plain" onClick={() => props.clear()}>
          {T.clear}
        </button>
      </Show>
    </>
  );
};

const Row = (props: Pick<Props, "cursors" | "pointer" | "width_us"> & { readonly series: Series }): JSX.Element => {
  const { name } = props.series;
  const at = (at_us: number | undefined): string =>
    at_us === undefined ? "" : rangeText(props.series, at_us, props.width_us);
  const difference = (): string => {
    const [one, other] = props.cursors.map((at_us) =>
      at_us === undefined ? undefined : meanAt(props.series, at_us, props.width_us),
    );
    return one === undefined || other === undefined ? "" : signed(other - one, decimalsOf(name));
  };
  return (
    <tr>
      <th scope="row" title={labelOf(name)}>
        {signalTitle(name)} <span class="cursor-unit">{symbolOf(unitOf(name))}</span>
      </th>
      <td>{at(props.cursors[0])}</td>
      <td>{at(props.cursors[1])}</td>
      <td>{difference()}</td>
      <td>{at(props.pointer)}</td>
    </tr>
  );
};

/** Digits that the log keeps of it. */
export function decimalsOf(name: string): number {
  const digits = digitsOf(stepOf(SIGNALS[signalOf(name)]!) || 1);
  return unitOf(name) === "ratio" ? Math.max(0, digits - 2) : digits;
}

function meanAt(series: Series, at_us: number, width_us: number): number | undefined {
  const value = valueAt(series, at_us, width_us);
  return value === undefined ? undefined : (scaleOf(series.name) * (value.min + value.max)) / 2;
}

/** A word for a code; one value, or the least and the largest of a stretch. */
export function rangeText(series: Series, at_us: number, width_us: number): string {
  const value = valueAt(series, at_us, width_us);
  if (value === undefined) return texts.shell.noValue;
  const text = (one: number): string => valueText(series.name, one);
  return value.min === value.max ? text(value.min) : `${text(value.min)} … ${text(value.max)}`;
}

export function valueText(name: string, value: number): string {
  const { codes } = SIGNALS[signalOf(name)]!;
  return codes?.[value] ?? number(scaleOf(name) * value, decimalsOf(name));
}
