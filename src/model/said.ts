// A sentence as its template and what stands in the places of it, so that it can be said in any language. The templates are rows of
// tables, in English; `code` names the row, and a language gives another template for it with the same places.

export type SaidValue = string | number | Said | readonly Said[];
export type Said = {
  readonly code: string;
  /** In English, with places: "Cell {element} was at {value}". */
  readonly says: string;
  readonly values: Readonly<Record<string, SaidValue>>;
};

/** The template for a code in a language; the English one where the language has none. */
type Word = (code: string, english: string) => string;
const inEnglish: Word = (_, english) => english;

/** Makes sentences of the templates of a table. */
export const sayer = <K extends string>(table: string, templates: Readonly<Record<K, string>>) =>
  (key: K, values: Said["values"] = {}): Said => ({ code: `${table}.${key}`, says: templates[key], values });

/** The sentence in words, of English or of another language. A place without a value stays as it is. */
export const speak = ({ code, says, values }: Said, word: Word = inEnglish): string =>
  word(code, says).replaceAll(/\{(\w+)\}/g, (place, name: string) => valueWords(values[name] ?? place, word));

function valueWords(value: SaidValue, word: Word): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  return "code" in value ? speak(value, word) : value.map((each) => speak(each, word)).join(word("words.and", " and "));
}
