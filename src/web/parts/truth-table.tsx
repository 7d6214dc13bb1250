// What the model knows and the device does not: the true state of charge of pack and cells beside the device's estimate, with the
// error and whether it lies within the bound that the device states.

import { createMemo, For, type JSX } from "solid-js";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import { number, signed, withUnit } from "./format.ts";

const T = texts.world;

type Compared = {
  readonly truly: number | undefined;
  readonly estimated: number | undefined;
  readonly bound: number | undefined;
};

const isInside = ({ truly, estimated, bound }: Compared): boolean | undefined =>
  truly === undefined || estimated === undefined || bound === undefined
    ? undefined
    : Math.abs(estimated - truly) <= bound;

export function TruthTable(): JSX.Element {
  const monitor = useMonitor();
  const cells = createMemo(() => Array.from({ length: monitor.device()?.cells ?? 0 }, (_, cell) => cell));
  const pack = (): Compared => ({
    truly: monitor.world()?.truth.soc,
    estimated: monitor.value("soc"),
    bound: monitor.value("socBound"),
  });
  const cellOf = (cell: number): Compared => ({
    truly: monitor.world()?.truth.cellSoc[cell],
    estimated: monitor.value("cellSoc", cell),
    bound: monitor.value("cellSocBound", cell),
  });
  const inside = (): number => cells().filter((cell) => isInside(cellOf(cell)) === true).length;
  return (
    <>
      <p class="truth-help">{T.truthHelp}</p>
      <p class="truth-currents">
        {T.currents(amperes(monitor.world()?.truth.current_A), amperes(monitor.value("current_A")))} ·{" "}
        {T.insideCount(inside(), cells().length)}
      </p>
      <table class="truth">
        <thead>
          <tr>
            <For each={[T.part, T.truly, T.estimated, T.error, T.bound, T.verdict]}>
              {(head) => <th scope="col">{head}</th>}
            </For>
          </tr>
        </thead>
        <tbody>
          <Row name={T.pack} compared={pack()} />
          <For each={cells()}>{(cell) => <Row name={T.cell(cell + 1)} compared={cellOf(cell)} />}</For>
        </tbody>
      </table>
    </>
  );
}

const percent = (ratio: number | undefined): number | undefined => (ratio === undefined ? undefined : 100 * ratio);
const amperes = (current_A: number | undefined): string => withUnit(signed(current_A, 2), "A");

function Row(props: { readonly name: string; readonly compared: Compared }): JSX.Element {
  const verdict = (): string => {
    const inside = isInside(props.compared);
    return inside === undefined ? T.unknown : inside ? T.inside : T.outside;
  };
  const error = (): number | undefined => {
    const { truly, estimated } = props.compared;
    return truly === undefined || estimated === undefined ? undefined : estimated - truly;
  };
  return (
    <tr classList={{ outside: isInside(props.compared) === false }}>
      <th scope="row">{props.name}</th>
      <td>{number(percent(props.compared.truly), 1)}</td>
      <td>{number(percent(props.compared.estimated), 1)}</td>
      <td>{signed(percent(error()), 1)}</td>
      <td>{number(percent(props.compared.bound), 1)}</td>
      <td>{verdict()}</td>
    </tr>
  );
}
