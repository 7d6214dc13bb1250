// Who sends a request: a person by the session's cookie, a program by its token, or nobody known.

import type { DatabaseSync } from "node:sqlite";
import type { Who } from "../../monitor/desk-host.ts";
import { type Session, useSession } from "./sessions.ts";
import { useToken } from "./tokens.ts";

export type Visitor = Who & {
  readonly address: string;
  /** On this machine. */
  readonly isLocal: boolean;
  /** Name of the account or token; "" nobody. */
  readonly name: string;
  /** The account that answers for what is done: one's own, or that which made the token. */
  readonly maker: string;
  readonly session?: Session;
  readonly isToken?: true;
};

export type Credentials = {
  /** The peer's address. */
  readonly address: string;
  /** Key of the session, from the cookie. */
  readonly key?: string | undefined;
  /** The header of that name. */
  readonly authorization?: string | undefined;
};

/** IPv4 within IPv6 as IPv4. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");
export const isLoopback = (address: string): boolean => /^127\.\d+\.\d+\.\d+$|^::1$/.test(plainAddress(address));

/** A bearer counts alone: one that does not hold is nobody, whatever cookie comes with it. */
export function visitorOf(database: DatabaseSync, credentials: Credentials, now_ms: number): Visitor {
  const address = plainAddress(credentials.address);
  const nobody: Visitor = {
    ...{ actor: `nobody, ${address}`, role: undefined, name: "", maker: "" },
    address,
    isLocal: isLoopback(address),
  };
  const { key, authorization } = credentials;
  if (authorization !== undefined) {
    const token = useToken(database, authorization.replace(/^Bearer +/i, ""), now_ms);
    if (token === undefined) return nobody;
    const name = `token ${token.name}`;
    return { ...nobody, actor: `${name}, ${address}`, role: token.role, name, maker: token.createdBy, isToken: true };
  }
  const session = key === undefined ? undefined : useSession(database, key, now_ms);
  if (session === undefined) return nobody;
  const { account: name, role } = session;
  return { ...nobody, actor: `${name}, ${address}`, role, name, maker: name, session };
}
