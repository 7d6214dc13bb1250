// The headers of the board in the language of the pages.

import { HEADERS as ENGLISH, type Header, type HeaderName } from "../../model/headers.ts";
import type { Say } from "../texts/language.ts";
import { word } from "../texts/texts.ts";
import { spokenRows } from "./spoken.ts";

type Headers = Readonly<Record<HeaderName, Header>>;

export const headerRows = (say: Say): Headers => spokenRows(say, "headers", ENGLISH as Headers, ["title", "help"]);

export const HEADERS: Headers = headerRows(word);
