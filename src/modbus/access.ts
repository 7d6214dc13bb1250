// Who may give which order over Modbus: the rules of model/access.ts with the settings of the group modbus.

import { mayCommand as commands, mayControl as controls, mayService as services } from "../model/access.ts";
import type { CommandName } from "../model/commands.ts";
import type { View } from "./register.ts";

export const mayControl = ({ shown, session, now_us }: View): boolean =>
  controls(shown.settings.modbus, session, now_us);

export const mayService = ({ shown, session, now_us }: View): boolean =>
  services(shown.settings.modbus, session, now_us);

export const mayCommand = ({ shown, session, now_us }: View, command: CommandName): boolean =>
  commands(shown.settings.modbus, session, command, now_us);
