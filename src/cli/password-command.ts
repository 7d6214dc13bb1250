// bms password: sets or removes the service password of a device, with which settings can be changed over a field bus; the device
// must not be running: it holds its data. With --account: a new password for an account of the monitor, which may run.

import type { Command } from "commander";
import { judgePassword, SERVICE_ACCOUNT, serviceAccount } from "../device/service-password.ts";
import { Store } from "../device/store.ts";
import { StoreError } from "../device/store-error.ts";
import { askPassword, PASSWORD_VARIABLE } from "./password.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `
The password is asked for, or read from standard input or from ${PASSWORD_VARIABLE}. Only a salted hash of it is kept.

Examples:
  bms password                     ask for the service password of ./data
  bms password --remove            nobody can log in over a field bus any more
  bms password --account olga      a new password for an account of the monitor: its owner forgot it`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerPassword(program: Command): void {
  program
    .command("password")
    .summary("set the service password of a device")
    .description("Set the service password, with which settings can be changed over Modbus, CAN and the console.")
    .argument("[dir]", "data folder of bms run; the device must not be running", "./data")
    .option("--remove", "remove it: nobody can log in")
    .option("--account <name>", "a new password for this account of the monitor instead")
    .addHelpText("after", HELP)
    .action(async (folder: string, { remove, account }: Options) => {
      if (remove === true && account !== undefined)
        throw new UsageError("--remove is for the service password, --account is not");
      if (account !== undefined) process.stdout.write(await setForAccount(folder, account));
      else process.stdout.write(remove === true ? removePassword(folder) : await setPassword(folder));
    });
}

type Options = { readonly remove?: boolean; readonly account?: string };

async function setForAccount(folder: string, name: string): Promise<string> {
  const { setAccountPassword } = await import("../server/accounts/set-password.ts");
  const wrong = await setAccountPassword(folder, name, await askPassword(`New password for ${name}: `));
  if (wrong !== undefined) throw new UsageError(wrong);
  return `the password of ${name} in ${folder} is set; whoever was logged in with it is logged out\n`;
}

async function setPassword(folder: string): Promise<string> {
  const password = await askPassword("New service password: ");
  const wrong = judgePassword(password);
  if (wrong !== undefined) throw new UsageError(`the password ${wrong}; nothing was changed`);
  const account = await serviceAccount(password);
  withStore(folder, (store) => store.putAccount(account));
  return `the service password of ${folder} is set\n`;
}

function removePassword(folder: string): string {
  const wasThere = withStore(folder, (store) => store.removeAccount(SERVICE_ACCOUNT));
  return wasThere ? `the service password of ${folder} is removed\n` : `${folder} had no service password\n`;
}

function withStore<T>(folder: string, act: (store: Store) => T): T {
  try {
    const store = Store.open(folder);
    try {
      return act(store);
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const isBusy = error.refusal === "busy";
    throw new UsageError(
      isBusy ? `a device runs on ${folder}: end it first, its password is changed while it stands` : error.message,
    );
  }
}
