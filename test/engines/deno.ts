import { type BackendName, runConformance } from "./run";

declare const Deno: { readonly args: readonly string[]; readFile(path: string): Promise<Uint8Array> };

// deno run THIS BACKEND DATA
const [name, data] = Deno.args;
console.log(JSON.stringify(await runConformance(name as BackendName, (path) => Deno.readFile(`${data}/${path}`))));
