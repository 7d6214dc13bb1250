// The door of the server: who is let in before anything else is read. The Host header must name this machine (a name that somebody
// else's DNS points here is turned away), the Origin must be the page's own, until there is an owner only this machine is
// served, the visitor's role must do, and a change by cookie must carry the session's word.

import { timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isAllowed, type OperationRow } from "../monitor/operations.ts";
import { type Problem, refuse } from "../monitor/problem.ts";
import { type Accounts, visit } from "./accounts/accounts.ts";
import { note } from "./accounts/audit.ts";
import { isLoopback, plainAddress, type Visitor } from "./accounts/visitor.ts";
import { CSRF_HEADER, cookieName } from "./openapi.ts";
import { sendProblem } from "./problems.ts";

export type Door = {
  readonly accounts: Accounts;
  /** Of the session's cookie. */
  readonly cookie: string;
  /** Names by which this machine is asked for, in small letters. */
  readonly names: ReadonlySet<string>;
};

export const createDoor = (accounts: Accounts, port: number, names: readonly string[]): Door => ({
  accounts,
  cookie: cookieName(port),
  names: new Set(["localhost", hostname(), `${hostname()}.local`, ...names].map((name) => name.toLowerCase())),
});

/** Who sends a request. Ask again now and then while a connection lasts: sessions end, tokens are revoked. */
export const visitorOf = ({ accounts, cookie }: Door, { ip, cookies, headers }: FastifyRequest): Visitor =>
  visit(accounts, { address: ip, key: cookies[cookie], authorization: headers.authorization });

/** For every request: whether it was meant for this machine and comes from a page of it. */
export async function checkAddress(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const problem = strangeAddress(door, request);
  if (problem === undefined) return;
  noteRefusal(door, { address: plainAddress(request.ip), name: "" }, "request", problem);
  await sendProblem(reply, problem);
}

function strangeAddress({ accounts, names }: Door, request: FastifyRequest): Problem | undefined {
  const { host = "", origin } = request.headers;
  if (!accounts.hasOwner && !isLoopback(request.ip))
    return notAllowed("there is no owner yet: until there is one, only the machine itself is served");
  if (!isOwnName(names, nameOf(host), request.socket.localAddress))
    return notAllowed(`"${host.slice(0, 100)}" is no name of this machine: start the server with it as --name`);
  if (origin !== undefined && hostOf(origin) !== hostOf(`http://${host}`))
    return notAllowed("a page from elsewhere may ask nothing here");
  return undefined;
}

function isOwnName(names: ReadonlySet<string>, name: string, localAddress: string | undefined): boolean {
  if (name === "") return false;
  return names.has(name) || isLoopback(name) || (localAddress !== undefined && name === plainAddress(localAddress));
}

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** Without port, in small letters, without the brackets of IPv6; "" for what is none. */
const nameOf = (host: string): string =>
  HOST.test(host) ? (URL.parse(`http://${host}`)?.hostname ?? "").replace(/^\[|\]$|\.$/g, "") : "";

/** With port; an origin without its usual port is the same with it. */
function hostOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.host === "") return undefined;
  return `${parsed.hostname}:${parsed.port || "usual"}`;
}

type Admitted = Pick<OperationRow, "method" | "role" | "personOnly">;

/** For one operation: the visitor where it may go on; otherwise the problem has been sent. */
export async function admit(
  door: Door,
  what: string,
  row: Admitted,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visitor | undefined> {
  const visitor = visitorOf(door, request);
  const problem = unfit(visitor, row, request);
  if (problem === undefined) return visitor;
  noteRefusal(door, visitor, what, problem);
  await sendProblem(reply, problem);
  return undefined;
}

function unfit(visitor: Visitor, { role, method, personOnly }: Admitted, request: FastifyRequest) {
  if (role === "anyone") return undefined;
  if (visitor.role === undefined) {
    const isToken = request.headers.authorization !== undefined;
    return refuse(
      "notLoggedIn",
      isToken
        ? "the token does not hold: unknown, ended or revoked"
        : "nobody is logged in here, or the session has ended",
    ).problem;
  }
  if (!isAllowed(visitor.role, role))
    return notAllowed(`this needs the role ${role}; ${visitor.name} is ${visitor.role}`);
  if (personOnly === true && visitor.session === undefined)
    return notAllowed("this is for people who logged in: a token makes and changes no accounts, passwords or tokens");
  if (method === "GET" || visitor.session === undefined) return undefined;
  return isWord(request.headers[CSRF_HEADER], visitor.session.csrf)
    ? undefined
    : notAllowed(`a change must carry the session's word in the header ${CSRF_HEADER}: load the page again`);
}

function isWord(given: unknown, word: string): boolean {
  const [one, other] = [Buffer.from(String(given ?? "")), Buffer.from(word)];
  return one.length === other.length && timingSafeEqual(one, other);
}

export const noteRefusal = (
  { accounts }: Door,
  { address, name }: Pick<Visitor, "address" | "name">,
  what: string,
  { detail }: Problem,
): void => note(accounts.audit, { actor: name, address, what, outcome: "refused", text: detail });

const notAllowed = (detail: string): Problem => ({ kind: "notAllowed", detail });
