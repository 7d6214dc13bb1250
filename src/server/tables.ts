// The tables of the model as programs may ask for them: what the device is, row by row. Public facts, no values.

import { COMMANDS } from "../model/commands.ts";
import { EVENTS } from "../model/events.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import { SETTING_LIST } from "../model/settings.ts";
import { SIGNALS } from "../model/signals.ts";
import type { AnswerTo, Input } from "../monitor/schemas.ts";

type Rows = AnswerTo<"table">["rows"];

/** A setting's row with what its group says of all its rows. */
const settingRows = (): Rows =>
  Object.fromEntries(
    SETTING_LIST.map(({ name, group, row }) => {
      const { rows, ...common } = group;
      return [name, { group: common, ...row }];
    }),
  );

export const TABLES: Readonly<Record<Input<"table">["table"], () => Rows>> = {
  signals: () => SIGNALS,
  settings: settingRows,
  faults: () => FAULT_ROWS,
  commands: () => COMMANDS,
  events: () => EVENTS,
};
