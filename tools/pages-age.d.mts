// The type of pages-age.mjs, which is plain JavaScript.
export function arePagesOld(): boolean;
