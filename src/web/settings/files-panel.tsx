// Settings as files: written as the command line prints them, read into what is staged. Passwords and keys never come along.

import { createSignal, For, type JSX, Show } from "solid-js";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import { getSetting, SETTING_LIST, type Settings } from "../../model/settings.ts";
import { Panel } from "../parts/panel.tsx";
import { useMonitor } from "../state/monitor.ts";
import { texts } from "../texts/texts.ts";
import type { SettingsDesk } from "./settings-desk.ts";

const T = texts.settings;
const LONGEST_BYTES = 1_000_000;

/** With the reader of YAML, for those who need it. */
const loadTexts = () => import("../../monitor/settings-text.ts");

type Props = { readonly desk: SettingsDesk };

export const FilesPanel = (props: Props): JSX.Element => (
  <Panel title={T.files} class="files-panel">
    <Export {...props} />
    <Show when={props.desk.mayChange()}>
      <Import {...props} />
    </Show>
  </Panel>
);

const open = (name: string): boolean => !SECRET_SETTINGS.includes(name);

async function yamlOf(settings: Settings, changedOnly: boolean): Promise<string> {
  const { namesToPrint, settingsYaml } = await loadTexts();
  return settingsYaml(settings, namesToPrint(settings, changedOnly).filter(open));
}

function jsonOf(settings: Settings): string {
  const values = SETTING_LIST.filter(({ name }) => open(name)).map(({ name }) => [name, getSetting(settings, name)]);
  return `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`;
}

function Export(props: Props): JSX.Element {
  const monitor = useMonitor();
  const save = (text: string, ending: string): void => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const device = monitor.device();
    link.download = `${device?.serialNumber || device?.setup || "pack"}-settings.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const settings = (): Settings => props.desk.inForce()!.settings;
  return (
    <>
      <div class="staged-buttons">
        <button
          type="button"
          class="plain small"
          onClick={() => void yamlOf(settings(), true).then((text) => save(text, "yaml"))}
        >
          {T.exportChanged}
        </button>
        <button
          type="button"
          class="plain small"
          onClick={() => void yamlOf(settings(), false).then((text) => save(text, "yaml"))}
        >
          {T.exportAll}
        </button>
        <button type="button" class="plain small" onClick={() => save(jsonOf(settings()), "json")}>
          {T.exportJson}
        </button>
      </div>
      <p class="soft">{T.exportHelp}</p>
    </>
  );
}

type Wrong = { readonly name: string; readonly lines: readonly string[] };

function Import(props: Props): JSX.Element {
  const [isPart, setPart] = createSignal(false);
  const [wrong, setWrong] = createSignal<Wrong>();
  const read = async (file: File): Promise<void> => {
    setWrong(undefined);
    if (file.size > LONGEST_BYTES) return void setWrong({ name: file.name, lines: [T.tooLong] });
    const { desk } = props;
    const { parseSettings } = await loadTexts();
    const base = desk.judged().settings ?? desk.inForce()!.settings;
    const result = parseSettings(await file.text(), isPart() ? base : undefined);
    if (result.ok) desk.setNotice({ kind: "done", text: T.imported(file.name, desk.aim(result.settings)) });
    else
      setWrong({
        name: file.name,
        lines: result.violations.map(
          ({ setting, reason, line }) =>
            `${line > 0 ? T.line(line) : ""}${setting === "" ? "" : `${setting}: `}${reason}`,
        ),
      });
  };
  const choose = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    if (file !== undefined) void read(file).finally(() => (input.value = ""));
  };
  return (
    <fieldset class="import">
      <legend>{T.importTitle}</legend>
      <p class="soft">{T.importHelp}</p>
      <label>
        <input type="radio" name="import" checked={!isPart()} onChange={() => setPart(false)} /> {T.importWhole}
      </label>
      <label>
        <input type="radio" name="import" checked={isPart()} onChange={() => setPart(true)} /> {T.importPart}
      </label>
      <input
        type="file"
        accept=".yaml,.yml,.json"
        aria-label={T.importTitle}
        onChange={(event) => choose(event.currentTarget)}
      />
      <Show when={wrong()}>
        <div class="against" role="alert">
          <p>{T.importWrong(wrong()!.name)}</p>
          <ul>
            <For each={wrong()!.lines}>{(line) => <li>{line}</li>}</For>
          </ul>
        </div>
      </Show>
    </fieldset>
  );
}
