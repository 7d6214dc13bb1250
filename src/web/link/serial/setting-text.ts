// Values as the console's lines carry them (docs/console.md): numbers plain, texts in quotes, choices by their number, curves and
// tables as domains in base64.

import { settingBytes } from "../../../canopen/setting-values.ts";
import { fromBase64, toBase64 } from "../../../console/base64.ts";
import { LONGEST_LINE } from "../../../console/line-reader.ts";
import type { SettingRow } from "../../../model/rows.ts";
import { SETTING_BY_NAME, type SettingValue } from "../../../model/settings.ts";
import { ProblemError } from "../link.ts";

/** With the number that goes before it, and the line's end. */
const ROOM = LONGEST_LINE - 16;

/** A text in quotes; quotes in it stand twice. */
export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The text of an answer in quotes, or plain. */
export const unquoted = (text: string): string => {
  const [, inside] = /^"(.*)"$/s.exec(text) ?? [];
  return inside === undefined ? text : inside.replaceAll('""', '"');
};

/** The text in a domain. */
export const decodedText = (answer: string): string =>
  new TextDecoder().decode(fromBase64(unquoted(answer)) ?? new Uint8Array());

/** The command that stages a value. Throws where the value does not go into a line. */
export function staged(name: string, value: SettingValue): string {
  const command = `w ${name} ${valueText(SETTING_BY_NAME.get(name)!.row, value)}`;
  if (new TextEncoder().encode(command).length > ROOM)
    throw new ProblemError({ kind: "tooLarge", detail: `${name} has too many points for the console's line` });
  return command;
}

function valueText(row: SettingRow, value: SettingValue): string {
  switch (row.kind) {
    case "number":
    case "integer":
      return String(value);
    case "flag":
      return value === true ? "1" : "0";
    case "choice":
      return String(row.choices.indexOf(String(value)));
    case "text":
      return quoted(String(value));
    case "curve":
    case "grid":
      return toBase64(settingBytes(row, value));
  }
}
