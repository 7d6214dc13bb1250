// Every cell as a bar between the lowest and highest voltage of the moment, with the mark of the extremes, what balances, and
// the state of charge. The scale holds still unless a cell leaves it, so that bars move because cells do. All of it is drawn twice a
// second: 18 rows are the most of the page, and nobody reads millivolts faster.

import { createMemo, For, type JSX } from "solid-js";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { number, quantity, signed, withUnit } from "./format.ts";

/** The scale is this wide at least, and its ends lie on multiples of its step. */
const LEAST_V = 0.05;
const STEP_V = 0.01;

type Scale = { readonly low_V: number; readonly high_V: number };

export function CellBars(): JSX.Element {
  const monitor = useMonitor();
  const { value } = monitor.calm;
  const cells = createMemo(() => Array.from({ length: monitor.device()?.cells ?? 0 }, (_, cell) => cell));
  const scale = createMemo<Scale>((before) => nextScale(before, value("minCell_V"), value("maxCell_V")), {
    low_V: 0,
    high_V: 0,
  });
  return (
    <>
      <p class="cells-summary">
        {texts.pack.spread} {withUnit(number(milli(value("spread_V")), 0), "mV")} · {texts.pack.lowest}{" "}
        {quantity(value("minCell_V"), "V", 3)} · {texts.pack.highest} {quantity(value("maxCell_V"), "V", 3)}
      </p>
      <ul class="cells" aria-label={texts.pack.cellsTable}>
        <For each={cells()}>{(cell) => <CellBar cell={cell} scale={scale()} />}</For>
      </ul>
    </>
  );
}

const milli = (value: number | undefined): number | undefined => (value === undefined ? undefined : 1000 * value);

function nextScale(before: Scale, min_V: number | undefined, max_V: number | undefined): Scale {
  if (min_V === undefined || max_V === undefined) return before;
  const isInside = min_V >= before.low_V && max_V <= before.high_V;
  const isFilled =
    max_V - min_V > 0.2 * (before.high_V - before.low_V) || before.high_V - before.low_V <= 1.01 * LEAST_V;
  if (isInside && isFilled) return before;
  const room_V = Math.max(LEAST_V, 1.5 * (max_V - min_V)) / 2;
  const middle_V = (min_V + max_V) / 2;
  return {
    low_V: STEP_V * Math.floor((middle_V - room_V) / STEP_V),
    high_V: STEP_V * Math.ceil((middle_V + room_V) / STEP_V),
  };
}

function CellBar(props: { readonly cell: number; readonly scale: Scale }): JSX.Element {
  const { raw, value } = useMonitor().calm;
  /** To half a millivolt: less is noise, and each change is drawn. */
  const cell_V = createMemo(() => {
    const value_V = value("cells_V", props.cell);
    return value_V === undefined ? undefined : Math.round(2000 * value_V) / 2000;
  });
  /** Whole percent: finer steps nobody sees, but each is drawn. */
  const filled_percent = (): number => {
    const { low_V, high_V } = props.scale;
    return Math.round(100 * Math.min(1, Math.max(0, ((cell_V() ?? low_V) - low_V) / (high_V - low_V || 1))));
  };
  const isBalancing = (): boolean => raw("balancingCells", props.cell) === 1;
  const mark = (): string => (value("maxCell") === props.cell ? "▲" : value("minCell") === props.cell ? "▼" : "");
  const deviation_mV = (): number | undefined => {
    const mean_V = value("averageCell_V");
    return cell_V() === undefined || mean_V === undefined ? undefined : 1000 * (cell_V()! - mean_V);
  };
  return (
    <li class="cell" classList={{ balancing: isBalancing(), doubted: cell_V() === undefined }}>
      <div class="cell-row">
        <span class="cell-number">{props.cell + 1}</span>
        <span class="cell-bar" aria-hidden="true" style={{ "background-size": `${filled_percent()}% 100%` }} />
        <span class="cell-volts">{cell_V() === undefined ? texts.pack.notBelieved : quantity(cell_V(), "V", 3)}</span>
        <span class="cell-deviation" title={texts.pack.meanDeviation}>
          {signed(deviation_mV(), 0)}
        </span>
        <span class="cell-soc">{quantity(value("cellSoc", props.cell), "ratio", 0)}</span>
        <span class="cell-mark">
          {mark()}
          <span class="cell-drop" title={texts.pack.balancing}>
            {isBalancing() ? "◆" : ""}
          </span>
        </span>
      </div>
    </li>
  );
}
