// What passes on the device's buses, by name and live: CAN frames and Modbus requests, filtered, counted, held still, taken apart, and
// saved as a candump. Frames come only while this page is open.

import { createMemo, createSignal, For, Index, type JSX, onCleanup, Show } from "solid-js";
import type { BusFrame } from "../../monitor/told.ts";
import { timeText } from "../parts/format.ts";
import { FrameDetails } from "../parts/frame-details.tsx";
import { IdentifierTable } from "../parts/identifier-table.tsx";
import { Panel } from "../parts/panel.tsx";
import { saveFile, timeInName } from "../parts/save-file.ts";
import { ALL, addFrames, type BusFilter, type BusList, createBusList, newestFitting } from "../state/bus-list.ts";
import { candumpOf } from "../state/candump.ts";
import { type Monitor, useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import "../style/bus.css";

const T = texts.bus;
const ROWS = 200;
/** Frames that are waited for while the page is held still. */
const MOST_HELD = 10_000;

function createBusView() {
  const monitor = useMonitor();
  const [list, setList] = createSignal<BusList>(createBusList());
  const [beat, setBeat] = createSignal(0);
  const [isPaused, setPaused] = createSignal(false);
  let held: BusFrame[] = [];
  const take = (frames: readonly BusFrame[]): void => {
    if (isPaused()) held = [...held, ...frames].slice(-MOST_HELD);
    else addFrames(list(), frames);
    setBeat(beat() + 1);
  };
  onCleanup(monitor.watchBus(take));
  const goOn = (): void => {
    addFrames(list(), held);
    held = [];
    setPaused(false);
    setBeat(beat() + 1);
  };
  const clear = (): void => {
    held = [];
    setList(createBusList());
  };
  const waiting = (): number => (beat() >= 0 ? held.length : 0);
  return { list, beat, isPaused, pause: () => setPaused(true), goOn, clear, waiting };
}
type BusView = ReturnType<typeof createBusView>;

const BusPage = (): JSX.Element => {
  const view = createBusView();
  const [filter, setFilter] = createSignal<BusFilter>(ALL);
  const [chosen, setChosen] = createSignal<BusFrame>();
  const change = (part: Partial<BusFilter>): void => void setFilter({ ...filter(), ...part });
  return (
    <div class="bus">
      <Controls view={view} filter={filter()} onFilter={change} />
      <Panel title={T.frames} class="bus-frames">
        <Frames
          view={view}
          filter={filter()}
          chosen={chosen()?.number}
          onChoose={(frame) => {
            view.pause();
            setChosen(frame);
          }}
        />
      </Panel>
      <Panel title={T.details} class="bus-details">
        <Show when={chosen()} fallback={<p class="soft">{T.choose}</p>}>
          <FrameDetails frame={chosen()!} />
        </Show>
      </Panel>
      <Panel title={T.identifiers} class="bus-identifiers">
        <IdentifierTable list={view.list()} beat={view.beat()} onChoose={(id) => change({ id })} />
      </Panel>
    </div>
  );
};

type ControlsProps = {
  readonly view: BusView;
  readonly filter: BusFilter;
  readonly onFilter: (part: Partial<BusFilter>) => void;
};

function Controls(props: ControlsProps): JSX.Element {
  const [said, setSaid] = createSignal("");
  const save = (): void => {
    const frames = newestFitting(props.view.list().frames, props.filter, Number.POSITIVE_INFINITY).reverse();
    const { text, frames: count, left } = candumpOf(frames);
    if (count > 0) saveFile(`can-${timeInName(Date.now())}.log`, "text/plain", text);
    setSaid(count > 0 ? T.saved(count, left) : T.nothingToSave);
  };
  return (
    <Panel title={T.filter} class="bus-controls">
      <div class="bus-fields">
        <Field
          label={T.text}
          hint={T.textHint}
          value={props.filter.text}
          onInput={(text) => props.onFilter({ text })}
        />
        <Field label={T.only} hint={T.onlyHint} value={props.filter.id} onInput={(id) => props.onFilter({ id })} />
        <Choice label={T.bus} words={T.buses} value={props.filter.bus} onChoose={(bus) => props.onFilter({ bus })} />
        <Choice
          label={T.direction}
          words={{ all: T.directions.all, received: T.directions.received, sent: T.directions.sent }}
          value={props.filter.direction}
          onChoose={(direction) => props.onFilter({ direction })}
        />
      </div>
      <div class="bus-buttons">
        <button type="button" onClick={() => (props.view.isPaused() ? props.view.goOn() : props.view.pause())}>
          {props.view.isPaused() ? T.resume : T.pause}
        </button>
        <button type="button" class="plain" onClick={props.view.clear}>
          {T.clear}
        </button>
        <button type="button" class="plain" onClick={save}>
          {T.save}
        </button>
        <span role="status">{props.view.isPaused() ? T.paused(props.view.waiting()) : said()}</span>
      </div>
    </Panel>
  );
}

const Field = (props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}): JSX.Element => (
  <label>
    {props.label}
    <input
      type="search"
      value={props.value}
      placeholder={props.hint}
      onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
    />
  </label>
);

const Choice = <K extends string>(props: {
  readonly label: string;
  readonly words: Readonly<Record<K, string>>;
  readonly value: K;
  readonly onChoose: (key: K) => void;
}): JSX.Element => (
  <label>
    {props.label}
    <select value={props.value} onChange={({ currentTarget }) => props.onChoose(currentTarget.value as K)}>
      <For each={Object.keys(props.words) as K[]}>{(key) => <option value={key}>{props.words[key]}</option>}</For>
    </select>
  </label>
);

type FramesProps = {
  readonly view: BusView;
  readonly filter: BusFilter;
  readonly chosen: number | undefined;
  readonly onChoose: (frame: BusFrame) => void;
};

/** Rows stay where they are and change what they say, so that nothing on the page moves. */
function Frames(props: FramesProps): JSX.Element {
  const monitor = useMonitor();
  const rows = createMemo(() => {
    props.view.beat();
    return newestFitting(props.view.list().frames, props.filter, ROWS);
  });
  const all = (): number => (props.view.beat() >= 0 ? props.view.list().count : 0);
  /** A virtual pack has its buses without a port. */
  const silence = (): string => (isPortOff(monitor) ? T.portOff : T.none);
  return (
    <>
      <p class="soft">{T.shown(rows().length, all())}</p>
      <div class="bus-scroll tall">
        <table class="bus-table frames">
          <thead>
            <tr>
              <th scope="col" class="time">
                {T.columns.time}
              </th>
              <th scope="col" class="id">
                {T.columns.id}
              </th>
              <th scope="col" class="name">
                {T.columns.name}
              </th>
              <th scope="col" class="says">
                {T.columns.text}
              </th>
              <th scope="col" class="bytes">
                {T.columns.bytes}
              </th>
            </tr>
          </thead>
          <tbody>
            <Index each={rows()}>
              {(frame) => (
                <tr
                  class={frame().bus}
                  classList={{ chosen: frame().number === props.chosen }}
                  onClick={() => props.onChoose(frame())}
                >
                  <td class="time">{timeText(frame().time_us / 1000, 3)}</td>
                  <td class="id">
                    <button type="button" class="plain bus-id" onClick={() => props.onChoose(frame())}>
                      {T[frame().direction]} {frame().id}
                    </button>
                  </td>
                  <td class="name">{frame().name}</td>
                  <td class="says">{frame().text}</td>
                  <td class="bytes">{frame().isHidden === true ? T.hidden : spaced(frame().data)}</td>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
        <Show when={rows().length === 0}>
          <p class="bus-none">{all() === 0 ? silence() : T.noneFits}</p>
        </Show>
      </div>
    </>
  );
}

const isPortOff = (monitor: Monitor): boolean =>
  monitor.link.home === "server" && monitor.frame() !== undefined && monitor.raw("canState") === 0;

const spaced = (hex: string): string => hex.replaceAll(/..(?=.)/g, "$& ");

export default BusPage;
