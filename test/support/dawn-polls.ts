/** A poll of Dawn's in so many waits a millisecond. */
const SOME = 32;
const isNative = (callback: () => void) => /\{ \[native code\] \}$/.test(Function.prototype.toString.call(callback));

// Dawn in Node asks for what it waits for at every turn of the event loop: a core that the software adapter needs
const { setImmediate: next } = globalThis;
let polls = 0;
globalThis.setImmediate = Object.assign((callback: () => void, ...rest: []) => {
  if (isNative(callback) && ++polls % SOME === 0) return setTimeout(callback, 1) as unknown as NodeJS.Immediate;
  return next(callback, ...rest);
}, { __promisify__: next.__promisify__ });
