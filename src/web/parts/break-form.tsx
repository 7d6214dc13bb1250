// The form that breaks something in the modelled world, made from the fault catalogue: which fault, at which element, how badly.

import { createMemo, createSignal, For, type JSX } from "solid-js";
import type { WorldFaultKind } from "../../sim/fault-catalogue.ts";
import { useMonitor } from "../state/monitor.ts";
import { WORLD_FAULTS, type WorldFaultParameter, type WorldFaultRow } from "../tables/world-faults.ts";
import { texts } from "../texts/texts.ts";
import { number, symbolOf, withUnit } from "./format.ts";

const T = texts.world;

type Element = keyof typeof T.groups;

const ROWS: Readonly<Record<string, WorldFaultRow>> = WORLD_FAULTS;
const ELEMENTS = Object.keys(T.groups) as Element[];
const kindsOf = (element: Element): string[] => Object.keys(ROWS).filter((kind) => ROWS[kind]!.element === element);

/** Hands over what is to break; the form judges ranges itself. */
export function BreakForm(props: {
  readonly break: (kind: WorldFaultKind, parameters: Record<string, number>) => void;
  readonly disabled: boolean;
}): JSX.Element {
  const monitor = useMonitor();
  const [kind, setKind] = createSignal<string>("thermistorOpen");
  const row = createMemo(() => ROWS[kind()]!);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const parameters = Object.keys(row().parameters).map((name) => [name, Number(fields.get(name))] as const);
    props.break(kind() as WorldFaultKind, Object.fromEntries(parameters));
  };
  return (
    <form onSubmit={submit}>
      <fieldset class="break" disabled={props.disabled}>
        <label>
          {T.fault}
          <select value={kind()} onChange={(event) => setKind(event.target.value)}>
            <For each={ELEMENTS}>
              {(element) => (
                <optgroup label={T.groups[element]}>
                  <For each={kindsOf(element)}>{(each) => <option value={each}>{ROWS[each]!.title}</option>}</For>
                </optgroup>
              )}
            </For>
          </select>
        </label>
        <p class="break-help">{row().help}</p>
        <div class="break-fields">
          <For each={Object.entries(row().parameters)}>
            {([name, parameter]) => (
              <Field
                name={name}
                parameter={parameter}
                element={row().element}
                cells={monitor.device()?.cells ?? parameter.max}
                thermistors={Math.max(1, ...(monitor.world()?.thermistors ?? [parameter.max]))}
              />
            )}
          </For>
        </div>
        <button type="submit">{T.break}</button>
      </fieldset>
    </form>
  );
}

/** "cell" of a pack of 16 goes to 16, whatever the board has inputs for; a wire that is swapped needs one above it. */
function mostOf(
  name: string,
  { max }: WorldFaultParameter,
  { cells, thermistors }: Record<"cells" | "thermistors", number>,
): number {
  if (name === "wire") return max < CELL_WIRES ? Math.min(max, cells - 1) : Math.min(max, cells);
  return name === "cell" ? Math.min(max, cells) : name === "thermistor" ? Math.min(max, thermistors) : max;
}
/** Most of a wire's numbers, C0 to C18. */
const CELL_WIRES = 18;

function Field(props: {
  readonly name: string;
  readonly parameter: WorldFaultParameter;
  readonly element: Element;
  readonly cells: number;
  readonly thermistors: number;
}): JSX.Element {
  const max = (): number => mostOf(props.name, props.parameter, props);
  const isElement = (): boolean => props.name === props.element;
  const symbol = (): string => (props.parameter.unit === "ratio" ? "" : symbolOf(props.parameter.unit));
  const label = (): string =>
    isElement() ? T.elements[props.element as keyof typeof T.elements] : props.parameter.help.replace(/\.$/, "");
  const plain = (value: number): string => withUnit(number(value, decimalsOf(value)), symbol());
  return (
    <label>
      {label()}
      <input
        name={props.name}
        type="number"
        required
        min={props.parameter.min}
        max={max()}
        step={props.parameter.unit === "count" ? 1 : "any"}
        value={props.parameter.default}
      />
      <span class="field-range">{T.range(plain(props.parameter.min), plain(max()))}</span>
    </label>
  );
}

const decimalsOf = (value: number): number => String(value).split(".")[1]?.length ?? 0;
