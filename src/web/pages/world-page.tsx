// The modelled world around the pack, for people to try it: load, charger, weather, time, everything that can break, scenarios, and
// the truth beside what the device believes.

import { createSignal, For, type JSX, Show } from "solid-js";
import type { OperationName } from "../../monitor/operations.ts";
import type { Input } from "../../monitor/schemas.ts";
import type { WorldFaultKind } from "../../sim/fault-catalogue.ts";
import { BreakForm } from "../parts/break-form.tsx";
import { Panel } from "../parts/panel.tsx";
import { ScenarioList } from "../parts/scenario-list.tsx";
import { TruthTable } from "../parts/truth-table.tsx";
import { WorldHands } from "../parts/world-hands.tsx";
import { useMonitor } from "../state/monitor.ts";
import { WORLD_FAULTS } from "../tables/world-faults.ts";
import { texts } from "../texts/texts.ts";
import "../style/world.css";

const T = texts.world;

const WorldPage = (): JSX.Element => {
  const monitor = useMonitor();
  const [problem, setProblem] = createSignal("");
  /** Asks; what is refused is shown. */
  const act = <K extends OperationName>(name: K, input: Input<K>): void => {
    setProblem("");
    monitor
      .ask(name, input)
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  return (
    <Show when={monitor.device() && monitor.world()} fallback={<p class="loading">{texts.shell.loading}</p>}>
      {(world) => (
        <div class="world">
          <p class="problem" role="alert">
            {problem()}
          </p>
          <Panel title={T.hands} class="hands-panel">
            <WorldHands world={world()} disabled={!monitor.may("setWorld")} act={(change) => act("setWorld", change)} />
          </Panel>
          <Panel title={T.breaking} class="break-panel">
            <BreakForm
              disabled={!monitor.may("breakThing")}
              break={(kind, parameters) => act("breakThing", { kind, parameters })}
            />
            <Broken repair={(what) => act("repair", what)} />
          </Panel>
          <Panel title={T.truth} class="truth-panel">
            <TruthTable />
          </Panel>
          <Panel title={T.scenarios} class="scenarios-panel">
            <ScenarioList disabled={!monitor.may("startScenario")} start={(name) => act("startScenario", { name })} />
          </Panel>
        </div>
      )}
    </Show>
  );
};

/** "Thermistor open (thermistor 3)". */
function brokenText(kind: string, number: number): string {
  const { title, element } = WORLD_FAULTS[kind as WorldFaultKind];
  return T.brokenAt[element](title, number);
}

function Broken(props: { readonly repair: (what: Input<"repair">) => void }): JSX.Element {
  const monitor = useMonitor();
  const broken = () => monitor.world()?.broken ?? [];
  const mayNot = (): boolean => !monitor.may("repair");
  return (
    <div class="broken">
      <h3>{T.broken}</h3>
      <ul aria-live="polite">
        <For each={broken()} fallback={<li class="fine">{T.nothingBroken}</li>}>
          {({ kind, element }) => (
            <li>
              <span>{brokenText(kind, element)}</span>
              <button
                type="button"
                class="plain"
                disabled={mayNot()}
                aria-label={T.repairOne(brokenText(kind, element))}
                onClick={() => props.repair({ kind, element })}
              >
                {T.repair}
              </button>
            </li>
          )}
        </For>
      </ul>
      <button type="button" class="plain" disabled={mayNot() || broken().length === 0} onClick={() => props.repair({})}>
        {T.repairAll}
      </button>
    </div>
  );
}

export default WorldPage;
