// A curve or grid as a plot whose points can be moved: with mouse and touch by dragging, with the keyboard by the arrow keys. The scale
// holds still while a point is dragged.

import { createMemo, createSignal, For, Index, type JSX, onCleanup, onMount, Show } from "solid-js";
import { grownBy } from "../parts/plot-look.ts";
import { texts } from "../texts/texts.ts";
import {
  faultOf,
  isGrid,
  rounded,
  type Span,
  spanOf,
  stepIn,
  type Table,
  type TableProps,
  valuesOf,
  withColumn,
  withNumber,
  withoutColumn,
} from "./tables.ts";
import { amount, plain, titleOf, unitText } from "./words.ts";

const T = texts.settings;
const HEIGHT = 260;
const LEFT = 52;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 34;
const TICKS = 5;

type Props = TableProps & { readonly chosen: number; readonly rises: boolean };

export function TablePlot(props: Props): JSX.Element {
  let host!: HTMLElement;
  const [width, setWidth] = createSignal(600);
  const [grown, setGrown] = createSignal(1);
  const [held, setHeld] = createSignal<Span>();
  onMount(() => {
    const observer = new ResizeObserver(() => {
      setGrown(grownBy());
      setWidth(Math.max(200, host.clientWidth / grown()));
    });
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  const span = createMemo(() => held() ?? spanOf(props.row, props.table));
  const scale: Scale = {
    x: (value) => LEFT + ((value - span().x0) / (span().x1 - span().x0)) * (width() - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - ((value - span().y0) / (span().y1 - span().y0 || 1)) * (HEIGHT - TOP - BOTTOM),
    xAt: (pixel) => span().x0 + ((pixel - LEFT) / (width() - LEFT - RIGHT)) * (span().x1 - span().x0),
    yAt: (pixel) => span().y0 + ((HEIGHT - BOTTOM - pixel) / (HEIGHT - TOP - BOTTOM)) * (span().y1 - span().y0),
  };
  const lineOf = (row: readonly number[]): string => {
    const x = props.table.x;
    const points = row.map((y, i) => `${scale.x(x[i]!).toFixed(1)} ${scale.y(y).toFixed(1)}`);
    if (points.length > 1) return `M${points.join("L")}`;
    return `M${LEFT} ${scale.y(row[0]!).toFixed(1)}H${width() - RIGHT}`;
  };
  const columns = createMemo(() => props.table.x.map((_, i) => i));
  return (
    <figure class="table-plot" ref={host}>
      <svg viewBox={`0 0 ${width()} ${HEIGHT}`} width={grown() * width()} height={grown() * HEIGHT}>
        <title>{T.plotOf(titleOf(props.name))}</title>
        <Axes {...props} span={span()} scale={scale} width={width()} />
        <Index each={valuesOf(props.table)}>
          {(row, i) => <path class="plot-line" classList={{ front: i === props.chosen }} d={lineOf(row())} />}
        </Index>
        <For each={columns()}>
          {(column) => (
            <Point
              {...props}
              column={column}
              scale={scale}
              host={() => host}
              span={span()}
              hold={(on) => setHeld(on ? span() : undefined)}
            />
          )}
        </For>
      </svg>
    </figure>
  );
}

type Scale = {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xAt: (pixel: number) => number;
  readonly yAt: (pixel: number) => number;
};

function Axes(props: Props & { readonly span: Span; readonly scale: Scale; readonly width: number }): JSX.Element {
  const ticks = (low: number, high: number): number[] => {
    const step = stepIn(((high - low) * 100) / TICKS);
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) =>
      Number(((first + i) * step).toPrecision(10)),
    );
  };
  return (
    <svg class="plot-axes" aria-hidden="true">
      <For each={ticks(props.span.y0, props.span.y1)}>
        {(tick) => (
          <>
            <path d={`M${LEFT} ${props.scale.y(tick).toFixed(1)}H${props.width - RIGHT}`} />
            <text x={LEFT - 6} y={props.scale.y(tick) + 4} text-anchor="end">
              {plain(tick)}
            </text>
          </>
        )}
      </For>
      <For each={ticks(props.span.x0, props.span.x1)}>
        {(tick) => (
          <>
            <path d={`M${props.scale.x(tick).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}`} />
            <text x={props.scale.x(tick)} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
              {plain(tick)}
            </text>
          </>
        )}
      </For>
      <text x={props.width - RIGHT} y={HEIGHT - 3} text-anchor="end">
        {unitText(props.row.xUnit) || props.row.xUnit}
      </text>
      <text x={4} y={HEIGHT - 3}>
        {unitText(props.row.unit) || props.row.unit}
      </text>
    </svg>
  );
}

type PointProps = Props & {
  readonly column: number;
  readonly scale: Scale;
  readonly span: Span;
  readonly host: () => HTMLElement;
  readonly hold: (on: boolean) => void;
};

/** Horizontally and vertically, in steps. */
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

function Point(props: PointProps): JSX.Element {
  const x = (): number => props.table.x[props.column] ?? 0;
  const y = (): number => valuesOf(props.table)[props.chosen]?.[props.column] ?? 0;
  const fault = () =>
    faultOf(props.row, props.table, { kind: "value", column: props.column, row: props.chosen }, props.rises);
  const [isDragged, setDragged] = createSignal(false);
  const drag = (event: PointerEvent): void => {
    if (!isDragged()) return;
    const { left, top } = props.host().getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / grownBy(), (event.clientY - top) / grownBy()];
    props.put(moved(props, props.scale.xAt(x), props.scale.yAt(y)));
  };
  const grab = (event: PointerEvent & { readonly currentTarget: Element }): void => {
    if (props.isLocked) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    props.hold(true);
    setDragged(true);
  };
  const release = (): void => {
    setDragged(false);
    props.hold(false);
  };
  /** A finger on a point moves it and not the page; the style for that does not reach parts of a drawing. */
  const holdPage = (element: SVGGElement): void =>
    element.addEventListener("touchstart", (event) => !props.isLocked && event.preventDefault(), { passive: false });
  const press = (event: KeyboardEvent): void => {
    const next = props.isLocked ? undefined : pressed(props, event);
    if (next === undefined) return;
    event.preventDefault();
    props.put(next);
  };
  return (
    <g
      ref={holdPage}
      class="plot-point"
      classList={{ wrong: fault() !== undefined }}
      role="slider"
      tabindex="0"
      aria-label={T.pointAt(props.column + 1, props.table.x.length)}
      aria-orientation="vertical"
      aria-disabled={props.isLocked}
      aria-valuenow={y()}
      aria-valuemin={props.row.min}
      aria-valuemax={props.row.max}
      aria-valuetext={T.pointText(amount(x(), props.row.xUnit), amount(y(), props.row.unit))}
      transform={`translate(${props.scale.x(x()).toFixed(1)} ${props.scale.y(y()).toFixed(1)})`}
      onPointerDown={grab}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={press}
    >
      <circle class="plot-reach" r="14" />
      <circle class="plot-dot" r="5" />
      <Show when={isDragged()}>
        <text class="plot-told" y="-12" text-anchor="middle">
          {T.pointText(amount(x(), props.row.xUnit), amount(y(), props.row.unit))}
        </text>
      </Show>
    </g>
  );
}

/** The table with the point elsewhere: inside the allowed values, and on a curve between its neighbours. undefined: as it is. */
function moved(props: PointProps, x: number | undefined, y: number | undefined): Table {
  const { table, row, column, chosen, span } = props;
  let next = table;
  if (y !== undefined) {
    const value = Math.min(row.max, Math.max(row.min, rounded(y, stepIn(span.y1 - span.y0))));
    next = withNumber(next, { kind: "value", column, row: chosen }, value);
  }
  if (x === undefined || isGrid(table)) return next;
  return withNumber(next, { kind: "x", at: column }, between(table, column, x, span));
}

/** At least a step from the neighbours. */
function between({ x }: Table, column: number, wanted: number, span: Span): number {
  const step = stepIn(span.x1 - span.x0);
  const least = column > 0 ? x[column - 1]! + step : Number.NEGATIVE_INFINITY;
  const most = column < x.length - 1 ? x[column + 1]! - step : Number.POSITIVE_INFINITY;
  return least > most ? x[column]! : Number(Math.min(most, Math.max(least, rounded(wanted, step))).toPrecision(10));
}

function pressed(props: PointProps, event: KeyboardEvent): Table | undefined {
  const { table, column, chosen, span } = props;
  const isCurve = !isGrid(table);
  if (event.key === "Delete" && isCurve) return withoutColumn(table, column);
  if (event.key === "Insert" && isCurve) return withColumn(table, column);
  const arrow = ARROWS[event.key];
  if (arrow === undefined || (arrow[0] !== 0 && !isCurve)) return undefined;
  const steps = event.shiftKey ? 10 : 1;
  const [across, up] = arrow;
  const x = table.x[column]! + steps * across * stepIn(span.x1 - span.x0);
  const y = valuesOf(table)[chosen]![column]! + steps * up * stepIn(span.y1 - span.y0);
  return moved(props, across === 0 ? undefined : x, up === 0 ? undefined : y);
}
