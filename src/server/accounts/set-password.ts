// A new password for an account, set by whoever owns the data folder: the way back in for an owner who has forgotten it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashPassword } from "../../device/password-hash.ts";
import { findAccount, listAccounts, updateAccount } from "./account-rows.ts";
import { ACCOUNTS_FILE, openAccountsFile } from "./accounts-file.ts";
import { createAudit, note } from "./audit.ts";
import { judgeNewPassword } from "./password-rules.ts";

/**
 * Sets it, ends the account's sessions, and notes it in the audit. The server may run meanwhile.
 * @returns what was wrong, as a sentence for a person, or undefined
 */
export async function setAccountPassword(folder: string, name: string, password: string): Promise<string | undefined> {
  if (!existsSync(join(folder, ACCOUNTS_FILE)))
    return `there are no accounts in ${folder}: the monitor's first start makes them`;
  const wrong = judgeNewPassword(password, name);
  if (wrong !== undefined) return `the password ${wrong}; nothing was changed`;
  const hash = await hashPassword(password);
  const { database } = openAccountsFile(folder);
  try {
    const account = findAccount(database, name);
    if (account === undefined) return `there is no account "${name}": ${known(listAccounts(database))}`;
    updateAccount(database, account.name, { hash });
    const text = `new password for ${account.name}, from the command line`;
    const noted = { actor: "command line", address: "", what: "changeAccount", outcome: "done", text } as const;
    note(
      createAudit(database, Date.now, () => {}),
      noted,
    );
    return undefined;
  } finally {
    database.close();
  }
}

const known = (accounts: readonly { readonly name: string }[]): string =>
  accounts.length === 0 ? "there are none yet" : `there are ${accounts.map(({ name }) => name).join(", ")}`;
