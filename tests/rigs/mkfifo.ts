// A named pipe: whoever opens it to read waits in the system until someone writes, which nobody in these tests does.
import { execFileSync } from "node:child_process";

export function mkfifo(path: string): void {
  execFileSync("mkfifo", [path]);
}
