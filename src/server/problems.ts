// Everything that goes wrong, in one shape on the wire (RFC 9457, problem details): what the operations refuse, what the HTTP
// library refuses before them, and our own mistakes, of which only the terminal is told more.

import type { FastifyError, FastifyReply } from "fastify";
import { messageOf } from "../base/error-text.ts";
import { PROBLEMS, type Problem, type ProblemKind } from "../monitor/problem.ts";
import { isPlants, type ReportMistake } from "./mistakes.ts";

export const PROBLEM_TYPE = "application/problem+json";

export function problemBody({ kind, ...more }: Problem): object {
  const { status, title } = PROBLEMS[kind];
  return { type: `/problems/${kind}`, title, status, ...more };
}

/** What stands at the address that a problem's `type` names, for a person. */
export function explainProblem(kind: string): string | undefined {
  if (!Object.hasOwn(PROBLEMS, kind)) return undefined;
  const { status, title, help } = PROBLEMS[kind as ProblemKind];
  return `${title}\n\n/problems/${kind}, with HTTP status ${status}.\n\n${help}\n`;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter_s !== undefined) void reply.header("retry-after", String(problem.retryAfter_s));
  return reply
    .code(PROBLEMS[problem.kind].status)
    .headers({ "content-type": PROBLEM_TYPE, "cache-control": "no-store" })
    .send(JSON.stringify(problemBody(problem)));
}

/** The answer where a mistake of ours was in the way. */
export const MISTAKEN: Problem = { kind: "failed", detail: "an internal error: the server's terminal says more" };

/** What a library refuses, by its status; refusals that have no kind of their own are "invalid". */
function kindOf(status: number, code: string): ProblemKind | undefined {
  if (code === "FST_ERR_HANDLER_TIMEOUT") return "unavailable";
  if (status < 400 || status >= 500) return undefined;
  return (Object.keys(PROBLEMS) as ProblemKind[]).find((kind) => PROBLEMS[kind].status === status) ?? "invalid";
}

/** Where what only the terminal may know goes to. */
export type Reports = { readonly say: (line: string) => void; readonly mistake: ReportMistake };

/** Thrown on the way to an answer. @param what was asked, in words */
export function problemOf(error: unknown, what: string, { say, mistake }: Reports): Problem {
  const { code = "", statusCode = 500, validation, validationContext } = (error ?? {}) as Partial<FastifyError>;
  if (validation !== undefined)
    return {
      kind: "invalid",
      detail: misfitOf(validation[0], validationContext?.replace("querystring", "query") ?? "body"),
    };
  const kind = kindOf(statusCode, code);
  if (kind === "unavailable") return { kind, detail: "no answer in time: try again", retryAfter_s: 5 };
  if (kind !== undefined) return { kind, detail: ourWay(messageOf(error)) };
  if (isPlants(error)) {
    say(`a file of the server cannot be read or written: ${messageOf(error)}`);
    return { kind: "unavailable", detail: "a file of the server cannot be read or written: its terminal says why" };
  }
  mistake(`the answer to ${what}`, error);
  return MISTAKEN;
}

/** A sentence of the library as ours begin and end. */
export const ourWay = (text: string): string =>
  text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase()).replace(/\.$/, "");

type Misfit = NonNullable<FastifyError["validation"]>[number];

function misfitOf(misfit: Misfit | undefined, context: string): string {
  const place = `${context}${misfit?.instancePath ?? ""}`;
  const extra = misfit?.params["additionalProperty"];
  if (typeof extra === "string") return `${place} has a field "${extra.slice(0, 100)}" that nobody asked for`;
  const allowed = misfit?.params["allowedValues"];
  if (Array.isArray(allowed) && allowed.length <= 12) return `${place} must be one of ${allowed.join(", ")}`;
  return `${place} ${misfit?.message ?? "does not fit"}`;
}
