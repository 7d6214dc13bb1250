// What the board finds wrong with its wiring, in the language of the pages.

import type { Finding } from "../../monitor/wiring-findings.ts";
import { texts, word } from "../texts/texts.ts";
import { codeText } from "./signals.ts";

/** What is wrong, and what to do. */
export const findingText = (finding: Finding): { readonly what: string; readonly remedy: string } =>
  texts.wiring.findings[finding.kind]({ ...finding, subject: subjectText(finding) });

const subjectText = ({ kind, subject }: Finding): string =>
  kind === "currentSensor" ? codeText("currentFault", subject) : word(`findings.${subject}`, subject);
