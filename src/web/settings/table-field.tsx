// A curve or grid among the settings: small as a picture, and on demand the editor, points on a plot and all numbers as a table.

import { createSignal, For, Index, type JSX, Show } from "solid-js";
import { texts } from "../texts/texts.ts";
import { TableNumbers } from "./table-numbers.tsx";
import { TablePlot } from "./table-plot.tsx";
import { isGrid, spanOf, type TableProps, valuesOf } from "./tables.ts";
import { amount, titleOf } from "./words.ts";

const T = texts.settings;
/** Tables that must rise along x: cross-checks.ts refuses others. */
const RISING: readonly string[] = ["socEstimation.ocv"];

export function TableField(props: TableProps): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const [chosen, setChosen] = createSignal(0);
  const row = (): number => Math.min(chosen(), valuesOf(props.table).length - 1);
  const rises = RISING.includes(props.name);
  return (
    <div class="table-field">
      <div class="table-line">
        <Picture {...props} />
        <button
          type="button"
          class="plain"
          id={props.id}
          aria-expanded={isOpen()}
          aria-labelledby={`${props.id}-title ${props.id}`}
          onClick={() => setOpen(!isOpen())}
        >
          {isOpen() ? T.close : T.edit}
        </button>
      </div>
      <Show when={isOpen()}>
        <section class="table-editor" aria-labelledby={`${props.id}-title`}>
          <Show when={isGrid(props.table) && props.table.y.length > 1}>
            <RowChoice {...props} chosen={row()} choose={setChosen} />
          </Show>
          <TablePlot {...props} chosen={row()} rises={rises} />
          <p class="setting-help">{isGrid(props.table) ? T.gridHelp : T.plotHelp}</p>
          <TableNumbers {...props} rises={rises} title={titleOf(props.name)} />
        </section>
      </Show>
    </div>
  );
}

/** Which row of a grid stands in front: its points can be moved. */
const RowChoice = (
  props: TableProps & { readonly chosen: number; readonly choose: (row: number) => void },
): JSX.Element => (
  <fieldset class="row-choice">
    <legend>{T.rowsOf}</legend>
    <For each={isGrid(props.table) ? props.table.y.map((_, i) => i) : []}>
      {(i) => (
        <label>
          <input type="radio" name={`${props.id}-row`} checked={props.chosen === i} onChange={() => props.choose(i)} />
          {T.rowAt("yUnit" in props.row && isGrid(props.table) ? amount(props.table.y[i] ?? 0, props.row.yUnit) : "")}
        </label>
      )}
    </For>
  </fieldset>
);

const WIDTH = 140;
const HEIGHT = 42;

function Picture(props: TableProps): JSX.Element {
  const lines = (): string[] => {
    const { x0, x1, y0, y1 } = spanOf(props.row, props.table);
    const point = (x: number, y: number): string =>
      `${(3 + ((x - x0) / (x1 - x0)) * (WIDTH - 6)).toFixed(1)} ${(HEIGHT - 3 - ((y - y0) / (y1 - y0 || 1)) * (HEIGHT - 6)).toFixed(1)}`;
    return valuesOf(props.table).map((row) => {
      const points = row.map((y, i) => point(props.table.x[i]!, y));
      return `M${points.length > 1 ? points.join("L") : `${point(x0, row[0]!)}L${point(x1, row[0]!)}`}`;
    });
  };
  return (
    <svg class="table-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <Index each={lines()}>{(line) => <path d={line()} />}</Index>
    </svg>
  );
}
