// Files dragged from a desk onto a page, as a browser hands them over.

import type { Page } from "playwright-core";

export type DroppedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Drags files over the page and lets go. */
export async function dropFiles(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const told = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString("base64") }));
  const dataTransfer = await page.evaluateHandle(async (list) => {
    const transfer = new DataTransfer();
    for (const { name, text } of list) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, told);
  await page.dispatchEvent("body", "dragover", { dataTransfer });
  await page.dispatchEvent("body", "drop", { dataTransfer });
}
