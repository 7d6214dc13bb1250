// What hands can do around the pack: connect a load, plug the charger, change the weather and the speed of time, press the button.

import { createSignal, For, type JSX, Show } from "solid-js";
import type { Input } from "../../monitor/schemas.ts";
import type { WorldTold } from "../../monitor/told.ts";
import { texts, word } from "../texts/texts.ts";
import { number, quantity } from "./format.ts";

const T = texts.world;
const SPEEDS = [1, 10, 100, 1000] as const;

type Act = (change: Input<"setWorld">) => void;
type Props = { readonly world: WorldTold; readonly act: Act; readonly disabled: boolean };

export const WorldHands = (props: Props): JSX.Element => (
  <div class="hands">
    <fieldset disabled={props.disabled}>
      <legend>{T.load}</legend>
      <div class="choices">
        <For each={props.world.loads}>
          {(name) => (
            <button
              type="button"
              class="choice"
              aria-pressed={props.world.load === name}
              onClick={() => props.act({ load: name })}
            >
              {word(`loads.${name}`, name)}
            </button>
          )}
        </For>
        <Show when={!props.world.loads.includes(props.world.load)}>
          <span class="choice-note">{T.ofScenario}</span>
        </Show>
      </div>
    </fieldset>
    <Charger {...props} />
    <fieldset disabled={props.disabled}>
      <legend>{T.ambient}</legend>
      <NumberForm
        label={T.ambient}
        unit="°C"
        min={-40}
        max={85}
        value={props.world.ambient_degC}
        take={(ambient_degC) => props.act({ ambient_degC })}
      />
    </fieldset>
    <Speed {...props} />
    <fieldset disabled={props.disabled}>
      <legend>{T.buttonTitle}</legend>
      <button type="button" class="plain" onClick={() => props.act({ button: true })}>
        {T.button}
      </button>
      <p class="hint">{T.buttonHelp}</p>
    </fieldset>
  </div>
);

function Charger(props: Props): JSX.Element {
  const charger = () => props.world.charger;
  return (
    <fieldset disabled={props.disabled}>
      <legend>{T.charger}</legend>
      <label class="tick">
        <input
          type="checkbox"
          checked={charger().plugged}
          onChange={(event) => props.act({ charger: { plugged: event.target.checked } })}
        />
        {T.plugged}
      </label>
      <NumberForm
        label={T.chargerCurrent}
        unit="A"
        min={0}
        max={1200}
        value={charger().current_A}
        take={(current_A) => props.act({ charger: { plugged: charger().plugged, current_A } })}
      />
      <p class="hint">{charger().voltage_V > 0 ? T.chargerVoltage(quantity(charger().voltage_V, "V", 1)) : "\u00a0"}</p>
    </fieldset>
  );
}

function Speed(props: Props): JSX.Element {
  return (
    <fieldset disabled={props.disabled}>
      <legend>{T.speed}</legend>
      <div class="choices">
        <For each={SPEEDS}>
          {(speed) => (
            <button
              type="button"
              class="choice"
              aria-pressed={props.world.speed === speed}
              onClick={() => props.act({ speed })}
            >
              {speed}×
            </button>
          )}
        </For>
      </div>
      <NumberForm
        label={T.speedNumber}
        unit="×"
        min={0.1}
        max={3600}
        value={props.world.speed}
        take={(speed) => props.act({ speed })}
      />
      <p class="hint reached">{T.reached(plain(props.world.speed), plain(props.world.reachedSpeed))}</p>
      <p class="hint">{T.speedHelp}</p>
    </fieldset>
  );
}

const plain = (value: number): string => number(value, value < 10 && !Number.isInteger(value) ? 1 : 0);

/** A number that is taken with Enter or its button; while it is edited, what comes from the device does not disturb it. */
function NumberForm(props: {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly take: (value: number) => void;
}): JSX.Element {
  const [draft, setDraft] = createSignal<string>();
  const shown = (): string => draft() ?? String(Number(props.value.toFixed(2)));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    props.take(Number(shown()));
    setDraft(undefined);
  };
  return (
    <form class="number-form" onSubmit={submit}>
      <input
        type="number"
        required
        step="any"
        aria-label={`${props.label}, ${props.unit}`}
        min={props.min}
        max={props.max}
        value={shown()}
        onInput={(event) => setDraft(event.target.value)}
      />
      <span class="number-unit">{props.unit}</span>
      <button type="submit" class="plain" aria-label={`${T.set}: ${props.label}`}>
        {T.set}
      </button>
    </form>
  );
}
