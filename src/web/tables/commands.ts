// Commands in the language of the pages.

import { type CommandName, COMMANDS as ENGLISH } from "../../model/commands.ts";
import type { CommandRow } from "../../model/rows.ts";
import type { Say } from "../texts/language.ts";
import { word } from "../texts/texts.ts";
import { spokenRows } from "./spoken.ts";

type CommandRows = Readonly<Record<CommandName, CommandRow>>;

export const commandRows = (say: Say): CommandRows => spokenRows(say, "commands", ENGLISH, ["title", "help"]);

export const COMMANDS: CommandRows = commandRows(word);
