// What of a page is English although its language is the pseudo-language: whatever is readable or read aloud and stands in no brackets.

import type { Page } from "playwright-core";

/** Where it stands, as the selector of its element's classes, and what it says. */
export type Left = { readonly at: string; readonly text: string };

/** @param exempt selectors of what may stand there in no language or in English */
export const englishLeft = (page: Page, exempt: readonly string[]): Promise<Left[]> =>
  page.evaluate((selectors) => {
    const READ_ALOUD = ["aria-label", "aria-valuetext", "title", "placeholder", "alt"];
    const left: Left[] = [];
    const bare = (text: string): string => {
      const inner = text.replace(/⟦[^⟦⟧]*⟧/g, "");
      return inner === text ? text.trim() : bare(inner);
    };
    /** Letters that are no unit. */
    const hasWords = (text: string): boolean => {
      const numbers = /[+\u2212±-]?\d[\d.:-]*/g;
      const units = /(?<![\p{L}])(?:[kmµ]?(?:V|A|Ah|W|Wh|Ω|s|F|J)|J\/K|W\/K|°C|min|h|d|K)(?![\p{L}])/gu;
      return /\p{L}{2,}/u.test(text.replaceAll(numbers, " ").replaceAll(units, ""));
    };
    const note = (element: Element, text: string, how = ""): void => {
      const said = bare(text);
      if (!hasWords(said) || selectors.some((each) => element.closest(each) !== null)) return;
      left.push({ at: `${element.localName}.${element.getAttribute("class") ?? ""}${how}`, text: said });
    };
    const look = (root: Node): void => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let node: Node | null = walker.nextNode(); node !== null; node = walker.nextNode()) {
        if (node instanceof Text) note(node.parentElement!, node.data);
        if (!(node instanceof Element)) continue;
        for (const name of READ_ALOUD) note(node, node.getAttribute(name) ?? "", `@${name}`);
        if (node.shadowRoot !== null) look(node.shadowRoot);
      }
    };
    look(document.body);
    return left;
  }, exempt);
