/** The few lines that measure one of the rows. */
export const codeOf = (power: number): string => `import { grid, klDivergence, openBackend, upload } from "kullback";

const backend = await openBackend(); // a GPU, or the CPU where there is none
const random = () => Float32Array.from({ length: 2 ** ${power} }, () => 1 - Math.random());
const [p, q] = [await upload(grid(random()), { backend }), await upload(grid(random()), { backend })];
const times = [];
for (let i = 0; i < 30; i++) {
  const start = performance.now();
  await klDivergence(p, q, { backend });
  times.push(performance.now() - start);
}
const ms = times.sort((a, b) => a - b)[15];
console.log(backend.info, \`\${ms} ms, \${(8 * 2 ** ${power}) / (ms * 1e6)} GB/s\`);
backend.destroy();`;
