/** What stdlib's packages stand for in every engine that this package runs in; their own polyfills, and messages for those without, are larger than its mathematics. */
const NATIVE = {
  "@stdlib/array-uint8": "Uint8Array",
  "@stdlib/array-uint16": "Uint16Array",
  "@stdlib/array-uint32": "Uint32Array",
  "@stdlib/array-float64": "Float64Array",
  "@stdlib/utils-define-nonenumerable-read-only-property": "function (object, key, value) { Object.defineProperty(object, key, { value }); }",
};

const PREFIX = "\0native:";

/** Vite plugin: leaves out of the package what stdlib has for engines without typed arrays. */
export function nativeArrays() {
  return {
    name: "native-arrays",
    enforce: "pre",
    resolveId: (id) => (Object.hasOwn(NATIVE, id) ? `${PREFIX}${id}.cjs` : null),
    load: (id) => (id.startsWith(PREFIX) ? `module.exports = ${NATIVE[id.slice(PREFIX.length, -".cjs".length)]};` : null),
  };
}
