// Which program this is: stands in log files, recordings and support files.

import { readFileSync } from "node:fs";

type Manifest = { readonly name: string; readonly version: string };

/** Version of this program, for example "0.1.0". */
export function versionOf(): string {
  return manifest().version;
}

/** Name and version, for example "bms-mini 0.1.0". */
export function programOf(): string {
  const { name, version } = manifest();
  return `${name} ${version}`;
}

const manifest = (): Manifest =>
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
