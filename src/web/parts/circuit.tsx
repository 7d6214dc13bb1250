// The power circuit as it is wired: battery, main contactor, charge, discharge and precharge branches, link, load and charger.
// Every contactor shows the position its feedback tells, as soon as it is told; conducting paths are lit. The numbers are those of the
// readings beside it, twice a second.

import { createMemo, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { useMonitor } from "../state/monitor.ts";
import { codeText } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";
import { quantity, signed, withUnit } from "./format.ts";

type Name = "charge" | "discharge" | "precharge" | "common" | "main";
type At = { readonly name: Name; readonly y: number };

/** Where things stand from left to right: on a desk, and closer together on a phone, where the same text must still be read. */
type Layout = Readonly<Record<"battery" | "main" | "fork" | "switches" | "join" | "boxes" | "width", number>>;
const WIDE: Layout = { battery: 20, main: 190, fork: 270, switches: 330, join: 440, boxes: 520, width: 640 };
const NARROW: Layout = { battery: 2, main: 138, fork: 182, switches: 226, join: 314, boxes: 334, width: 436 };
const PHONE = "(max-width: 600px)";

/** Each contactor by its height on the drawing, by how charge and discharge are switched. */
const SEPARATE: readonly At[] = [
  { name: "charge", y: 50 },
  { name: "discharge", y: 120 },
  { name: "precharge", y: 185 },
];
const COMMON: readonly At[] = [
  { name: "common", y: 85 },
  { name: "precharge", y: 185 },
];
const HALF = 20;

export function Circuit(): JSX.Element {
  const monitor = useMonitor();
  const { raw, value } = monitor.calm;
  const layout = phoneLayout();
  const contactors = createMemo(() => new Map(monitor.device()?.contactors.map((each) => [each.name, each])));
  const has = (name: Name): boolean => contactors().has(name);
  const isSeparate = (): boolean => !has("common");
  const load = (): string => withUnit(signed(value("current_A"), 1), "A");
  const pack = (): string => quantity(value("battery_V"), "V", 1);
  // Whole volts and amperes: what is read aloud need not change with each digit.
  const words = (): string =>
    `${texts.pack.battery} ${quantity(value("battery_V"), "V", 0)}, ${withUnit(signed(value("current_A"), 0), "A")}; ${describe(contactors())}`;
  return (
    <svg class="circuit" viewBox={`0 0 ${layout().width} 220`} role="img" aria-label={words()}>
      <Wires layout={layout()} isSeparate={isSeparate()} contactors={contactors()} />
      <Box x={layout().battery} y={20} label={texts.pack.battery} value={pack()} />
      <Box
        x={layout().boxes}
        y={30}
        label={texts.pack.charger}
        value={raw("chargerOnline") === 1 ? texts.pack.online : texts.shell.noValue}
      />
      <Box x={layout().boxes} y={100} label={texts.pack.load} value={load()} />
      <text class="circuit-label" x={layout().join} y="160" dx="6">
        {texts.pack.link}
      </text>
      <Show when={has("main")}>
        <Contactor name="main" x={layout().main} y={85} told={contactors().get("main")} />
      </Show>
      <For each={isSeparate() ? SEPARATE : COMMON}>
        {({ name, y }) => (
          <Show when={has(name)}>
            <Contactor name={name} x={layout().switches} y={y} told={contactors().get(name)} />
          </Show>
        )}
      </For>
    </svg>
  );
}

/** Follows the width of the window. */
function phoneLayout(): () => Layout {
  const query = window.matchMedia(PHONE);
  const [isPhone, setPhone] = createSignal(query.matches);
  const follow = (): boolean => setPhone(query.matches);
  query.addEventListener("change", follow);
  onCleanup(() => query.removeEventListener("change", follow));
  return () => (isPhone() ? NARROW : WIDE);
}

/** The wires between the parts; what conducts is lit. */
function Wires(props: {
  readonly layout: Layout;
  readonly isSeparate: boolean;
  readonly contactors: ReadonlyMap<string, { readonly closed: boolean }>;
}): JSX.Element {
  const closed = (name: Name): boolean => props.contactors.get(name)?.closed ?? true;
  const hasPrecharge = (): boolean => props.contactors.has("precharge");
  const isPrecharging = (): boolean => hasPrecharge() && closed("precharge");
  const way = (name: Name): boolean => closed("main") && closed(props.isSeparate ? name : "common");
  const lit = (on: boolean): string => (on ? "wire lit" : "wire");
  const at = (): Layout & Readonly<Record<"left" | "right" | "resistor", number>> => {
    const { switches } = props.layout;
    return { ...props.layout, left: switches - HALF, right: switches + HALF, resistor: switches + HALF + 14 };
  };
  const front = (): string => {
    const { main, fork, left } = at();
    const branches = props.isSeparate ? `V50H${left}M${fork} 85V120H${left}` : `H${left}`;
    return `M${main + HALF} 85H${fork}${branches}${hasPrecharge() ? `M${fork} 85V185H${left}` : ""}`;
  };
  const charger = (): string =>
    props.isSeparate ? `M${at().right} 50H${at().boxes}` : `M${at().right} 85H${at().join - 16}V50H${at().boxes}`;
  const link = (): string => {
    const { right, join, boxes, resistor } = at();
    const straight = props.isSeparate ? `M${right} 120H${boxes}` : `M${right} 85H${join}V120H${boxes}`;
    return `${straight}${hasPrecharge() ? `M${join} 120V185H${resistor + 36}` : ""}`;
  };
  return (
    <>
      <path class={lit(true)} d={`M${at().battery + 40} 60V85H${at().main - HALF}`} />
      <Show when={!props.contactors.has("main")}>
        <path class={lit(true)} d={`M${at().main - HALF} 85H${at().main + HALF}`} />
      </Show>
      <path class={lit(closed("main"))} d={front()} />
      <path class={lit(way("charge"))} d={charger()} />
      <path class={lit(way("discharge") || (closed("main") && isPrecharging()))} d={link()} />
      <Show when={hasPrecharge()}>
        <path class={lit(closed("main") && isPrecharging())} d={`M${at().right} 185H${at().resistor}`} />
        <rect class="part" x={at().resistor} y="178" width="36" height="14" rx="2" />
      </Show>
    </>
  );
}

type Told = { readonly closed: boolean; readonly feedback: string; readonly phase: string } | undefined;

function Contactor(props: {
  readonly name: Name;
  readonly x: number;
  readonly y: number;
  readonly told: Told;
}): JSX.Element {
  const isClosed = (): boolean => props.told?.closed === true;
  const isWrong = (): boolean => (props.told?.feedback ?? "none") !== "none";
  return (
    <g
      class="contactor"
      classList={{ closed: isClosed(), wrong: isWrong() }}
      transform={`translate(${props.x} ${props.y})`}
    >
      <circle cx="-20" r="3.5" />
      <circle cx="20" r="3.5" />
      <line x1="-20" y1="0" x2="18" y2={isClosed() ? 0 : -14} />
      <text class="circuit-label" y="-21" text-anchor="middle">
        {texts.pack[props.name]}
      </text>
      <text class="circuit-note" y="18" text-anchor="middle">
        {isWrong()
          ? texts.pack.feedbackWrong(codeText(`${props.name}FeedbackFault`, props.told!.feedback))
          : isClosed()
            ? texts.pack.closed
            : texts.pack.open}
      </text>
    </g>
  );
}

const Box = (props: {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly value: string;
}): JSX.Element => (
  <g transform={`translate(${props.x} ${props.y})`}>
    <rect class="part" width="100" height="40" rx="4" />
    <text class="circuit-label" x="50" y="16" text-anchor="middle">
      {props.label}
    </text>
    <text class="circuit-value" x="50" y="33" text-anchor="middle">
      {props.value}
    </text>
  </g>
);

const describe = (contactors: ReadonlyMap<string, { readonly closed: boolean }>): string =>
  [...contactors]
    .map(([name, { closed }]) => `${texts.pack[name as Name]}: ${closed ? texts.pack.closed : texts.pack.open}`)
    .join(", ");
