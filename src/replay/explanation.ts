// The shape of an explanation: a headline, and paragraphs of sentences by topic.

export type Paragraph = {
  readonly topic: "before" | "trip" | "opened" | "also" | "clears" | "prevents" | "about" | "settings";
  readonly sentences: readonly string[];
};

/** What was asked about, in paragraphs; those without a sentence are left out. */
export type Explanation = { readonly headline: string; readonly paragraphs: readonly Paragraph[] };

/** Leaves out paragraphs without sentences. */
export const explanation = (headline: string, paragraphs: readonly Paragraph[]): Explanation => ({
  headline,
  paragraphs: paragraphs.filter(({ sentences }) => sentences.length > 0),
});

/** What happened within this time of an event may belong to it. */
export const NEAR_us = 10_000_000;
