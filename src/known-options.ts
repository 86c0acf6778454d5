/** Throws TypeError for what is no object of options, and for an option that is not `known`: left unread, a misspelt one would change the answer. */
export function checkOptions(name: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new TypeError(`${name}: options must be an object, with any of ${known.join(", ")}.`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${name}: unknown option "${key}"; known are ${known.join(", ")}.`);
  }
}
