// Who may give which order: reading is open; driving inputs and acknowledging follow the setting modbus.controlAccess;
// settings and service commands need a login, unless the owner has opened them (modbus.settingsAccess).

import { COMMANDS, type CommandName } from "../model/commands.ts";
import type { View } from "./register.ts";
import { isLoggedIn } from "./session.ts";

/** May drive input signals, acknowledge errors and give operator's commands. */
export function mayControl({ shown, session, now_us }: View): boolean {
  const { controlAccess } = shown.settings.modbus;
  if (controlAccess === "open" || (controlAccess === "local" && session.isLocal)) return true;
  return isLoggedIn(session, now_us);
}

/** May change settings and give service commands. */
export const mayService = ({ shown, session, now_us }: View): boolean =>
  shown.settings.modbus.settingsAccess === "open" || isLoggedIn(session, now_us);

export const mayCommand = (view: View, command: CommandName): boolean =>
  COMMANDS[command].role === "operator" ? mayControl(view) : mayService(view);
