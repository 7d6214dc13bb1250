// Where a drawing or a page goes: checked before the work that is to be drawn, so that nobody waits for a picture that cannot be
// written; written after everything else has been told.

import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../base/error-text.ts";
import { UsageError } from "./usage-error.ts";

/** Throws UsageError unless the path of `option` ends in .svg and can be written; undefined is fine. */
export function checkDrawingPath(option: string, path: string | undefined): void {
  if (path === undefined) return;
  if (!/[^/]\.svg$/i.test(path)) throw new UsageError(`${option} draws SVG: the name must end in .svg, is "${path}"`);
  checkWritable(option, path);
}

/** The same for a page, whose name must end in .html. */
export function checkPagePath(option: string, path: string | undefined): void {
  if (path === undefined) return;
  if (!/[^/]\.html?$/i.test(path))
    throw new UsageError(`${option} writes a page: the name must end in .html, is "${path}"`);
  checkWritable(option, path);
}

/** The same for a drawing or a page, by the ending of the name. */
export function checkPicturePath(option: string, path: string | undefined): void {
  if (path === undefined) return;
  if (!isPage(path) && !/[^/]\.svg$/i.test(path))
    throw new UsageError(`${option} draws SVG or a page: the name must end in .svg or .html, is "${path}"`);
  checkWritable(option, path);
}

/** Whether a page is wanted instead of a drawing. */
export const isPage = (path: string): boolean => /[^/]\.html?$/i.test(path);

function checkWritable(option: string, path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new UsageError(`${option}: there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${option}: ${folder} is not a folder`);
  if (existsSync(path) && statSync(path).isDirectory()) throw new UsageError(`${option}: ${path} is a folder`);
  try {
    accessSync(existsSync(path) ? path : folder, constants.W_OK);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Throws UsageError where the file cannot be written after all. */
export function writeDrawing(path: string, svg: string): void {
  try {
    writeFileSync(path, svg);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

const cannotWrite = (path: string, error: unknown): UsageError =>
  new UsageError(`cannot write ${path}: ${messageOf(error)}`);
