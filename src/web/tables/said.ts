// Sentences of the device in the language of the pages: from the template and the values that came with them. What came in words alone
// stays as it came.

import { type Said, speak } from "../../model/said.ts";
import { word } from "../texts/texts.ts";

export const saidText = (said: Said | undefined, english: string): string =>
  said === undefined ? english : speak(said, word);
