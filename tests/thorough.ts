// How much a test may take: the long form is for CI and for whoever changes what it guards (THOROUGH=1 npm test), the short
// form for every day. Both judge the same; the short one looks at fewer places.

export const THOROUGH: boolean = process.env["THOROUGH"] === "1";

/** The value of the form that runs. */
export const thorough = (long: number, short: number): number => (THOROUGH ? long : short);
