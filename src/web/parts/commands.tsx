// The commands of the table for whoever may give them: folded away, each with its help, those that want a cell with a choice of one.
// What cannot be taken back is asked twice.

import { createSignal, For, type JSX, Show } from "solid-js";
import type { CommandName } from "../../model/commands.ts";
import type { CommandRow } from "../../model/rows.ts";
import { isAllowed } from "../../monitor/operations.ts";
import { useMonitor } from "../state/monitor.ts";
import { COMMANDS } from "../tables/commands.ts";
import { texts } from "../texts/texts.ts";

const T = texts.pack;
const ROWS = Object.entries(COMMANDS) as [CommandName, CommandRow][];
/** Can be given by a slip without harm. */
const HARMLESS: readonly CommandName[] = ["button", "powerUp", "stopCellDischarge", "stopCellAnalysis"];

export function Commands(): JSX.Element {
  const monitor = useMonitor();
  const [said, setSaid] = createSignal("");
  const [asked, setAsked] = createSignal<CommandName>();
  const rows = (): [CommandName, CommandRow][] =>
    ROWS.filter(([, { role }]) => isAllowed(monitor.session()?.role ?? undefined, role));
  const give = async (command: CommandName, argument: number | undefined): Promise<void> => {
    if (!HARMLESS.includes(command) && asked() !== command) {
      setAsked(command);
      return;
    }
    setAsked(undefined);
    try {
      await monitor.ask("command", argument === undefined ? { command } : { command, argument });
      setSaid(T.commandDone(COMMANDS[command].title));
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details class="commands">
      <summary>{T.commands}</summary>
      <p class="said" role="status">
        {said()}
      </p>
      <ul>
        <For each={rows()}>
          {([name, row]) => <CommandRowView name={name} row={row} isAsked={asked() === name} give={give} />}
        </For>
      </ul>
    </details>
  );
}

function CommandRowView(props: {
  readonly name: CommandName;
  readonly row: CommandRow;
  readonly isAsked: boolean;
  readonly give: (name: CommandName, argument: number | undefined) => Promise<void>;
}): JSX.Element {
  const monitor = useMonitor();
  const [cell, setCell] = createSignal(0);
  const cells = (): number[] => Array.from({ length: monitor.device()?.cells ?? 0 }, (_, i) => i + 1);
  return (
    <li class="command">
      <span class="command-words">
        <strong>{props.row.title}</strong> {props.row.help}
      </span>
      <Show when={props.row.argument === "cell"}>
        <select
          aria-label={`${props.row.title}: ${T.cell}`}
          onChange={({ currentTarget }) => setCell(Number(currentTarget.value))}
        >
          <option value="0">{T.noCell}</option>
          <For each={cells()}>{(each) => <option value={each}>{`${T.cell} ${each}`}</option>}</For>
        </select>
      </Show>
      <button
        type="button"
        class={props.isAsked ? "" : "plain"}
        onClick={() => void props.give(props.name, cell() || undefined)}
      >
        {props.isAsked ? T.really : props.row.title}
      </button>
    </li>
  );
}
