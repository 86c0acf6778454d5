// Which convention's thresholds keep a network's accuracy? Five networks of train.py, their activations calibrated for int8 and int4 by each.
// npm run build, then node examples/digits/calibrate.js
import { fileURLToPath } from "node:url";
import { calibrate } from "kullback/calibration";
import { openGrid } from "kullback/io";

const FOLDS = 5;
const CALIBRATION_IMAGES = 512;
/** Inputs and outputs of each layer: two convolutions of 3 × 3, two dense ones. */
const LAYERS = [[9, 8], [72, 16], [256, 32], [32, 10]];
const METHODS = [["kullback"], ["nvidia"], ["onnxruntime"], ["onnxruntime", 2048], ["mxnet"], ["ncnn"], ["mse"], ["percentile"], ["minmax"]];

const [digits, weights] = await Promise.all(["digits.npy", "weights.npy"].map((name) => openGrid(new URL(name, import.meta.url))));
const images = Array.from({ length: digits.shape[0] }, (_, i) => ({ pixels: Float32Array.from(digits.data.subarray(65 * i, 65 * i + 64), (x) => x / 16), label: digits.data[65 * i + 64], fold: i % FOLDS }));

/** Network `seed`: of each layer its weights, a row for each input, and biases. */
function networkOf(seed) {
  let at = seed * weights.shape[1];
  const take = (count) => weights.data.subarray(at, (at += count));
  return LAYERS.map(([inputs, outputs]) => ({ inputs, outputs, weights: take(inputs * outputs), biases: take(outputs) }));
}

/** x·w + b of rows of inputs. */
function multiply(x, { inputs, outputs, weights: w, biases }) {
  const rows = x.length / inputs;
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const into = y.subarray(row * outputs, (row + 1) * outputs);
    into.set(biases);
    for (let i = 0; i < inputs; i++) {
      const value = x[row * inputs + i];
      if (value !== 0) for (let o = 0; o < outputs; o++) into[o] += value * w[i * outputs + o];
    }
  }
  return y;
}

/** 3 × 3 patches around each pixel of 8 × 8 in so many channels, zeros beyond. */
function patches(x, channels) {
  const into = new Float32Array(64 * 9 * channels);
  for (let pixel = 0; pixel < 64; pixel++) {
    for (let near = 0; near < 9; near++) {
      const [i, j] = [(pixel >> 3) + Math.trunc(near / 3) - 1, (pixel & 7) + (near % 3) - 1];
      if (i >= 0 && i < 8 && j >= 0 && j < 8) into.set(x.subarray((8 * i + j) * channels, (8 * i + j + 1) * channels), (pixel * 9 + near) * channels);
    }
  }
  return into;
}

/** The largest of 2 × 2 pixels. */
function pooled(x, channels) {
  const into = new Float32Array(16 * channels);
  for (let pixel = 0; pixel < 64; pixel++) {
    for (let c = 0; c < channels; c++) {
      const at = (((pixel >> 4) * 4) + ((pixel & 7) >> 1)) * channels + c;
      into[at] = Math.max(into[at], x[pixel * channels + c]);
    }
  }
  return into;
}

const rectified = (x) => x.map((value) => Math.max(value, 0));

/** The digit that a network sees; each layer's input goes through `stored` on its way. */
function classify(network, pixels, stored) {
  const [first, second, third, last] = network;
  let x = stored(pixels, 0);
  x = stored(rectified(multiply(patches(x, 1), first)), 1);
  x = stored(pooled(rectified(multiply(patches(x, 8), second)), 16), 2);
  x = stored(rectified(multiply(x, third)), 3);
  const logits = multiply(x, last);
  return logits.indexOf(Math.max(...logits));
}

/** What an integer of `bits` bits leaves of values. */
const quantised = (x, { scale }, bits) => x.map((value) => scale * Math.min(Math.max(Math.round(value / scale), -(2 ** (bits - 1))), 2 ** (bits - 1) - 1));

/** The network with weights in int8, a scale for each output. */
async function withQuantisedWeights(network) {
  return Promise.all(network.map(async (layer) => {
    const { inputs, outputs, weights: w } = layer;
    const columns = Array.from({ length: outputs }, (_, o) => Float32Array.from({ length: inputs }, (_, i) => w[i * outputs + o]));
    const scales = await calibrate(columns, { method: "minmax", target: "int8" });
    return { ...layer, weights: w.map((value, at) => quantised([value], scales[at % outputs], 8)[0]) };
  }));
}

/** What each layer is fed with, of images of a network's training. */
function activationsOf(network, seed) {
  const parts = LAYERS.map(() => []);
  const training = images.filter(({ fold }) => fold !== seed).slice(0, CALIBRATION_IMAGES);
  for (const { pixels } of training) classify(network, pixels, (x, layer) => (parts[layer].push(x), x));
  return parts.map((list) => Float32Array.from(list.flatMap((part) => Array.from(part))));
}

function accuracyOf(network, seed, stored = (x) => x) {
  const test = images.filter(({ fold }) => fold === seed);
  return test.filter(({ pixels, label }) => classify(network, pixels, stored) === label).length / test.length;
}

const percent = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return `${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)}`;
};

/** Rows of the table: what activations are, by which method, and the accuracy of each network with images by their known range, and calibrated as the rest is. */
export async function* compareConventions() {
  const networks = Array.from({ length: FOLDS }, (_, seed) => networkOf(seed));
  const alone = (list) => list.map((network, seed) => accuracyOf(network, seed));
  yield { activations: "float32", method: "", known: alone(networks) };
  const inIntegers = await Promise.all(networks.map(withQuantisedWeights));
  const activations = networks.map(activationsOf);
  yield { activations: "float32, weights int8", method: "", known: alone(inIntegers) };
  for (const target of ["int8", "int4"]) {
    const bits = Number(target.slice(3));
    for (const [method, bins] of METHODS) {
      const [known, calibrated] = [[], []];
      for (const [seed, network] of inIntegers.entries()) {
        const scales = await calibrate(activations[seed], { method, target, ...(bins && { bins }) });
        const ofImages = await calibrate(activations[seed][0], { method: "minmax", target });
        known.push(accuracyOf(network, seed, (x, layer) => quantised(x, layer === 0 ? ofImages : scales[layer], bits)));
        calibrated.push(accuracyOf(network, seed, (x, layer) => quantised(x, scales[layer], bits)));
      }
      yield { activations: target, method: `\`"${method}"\`${bins ? `, ${bins} bins` : ""}`, known, calibrated };
    }
  }
}

export const HEAD = ["| activations | method | accuracy, % | images calibrated too, % |", "|---|---|--:|--:|"];
/** One row as Markdown: mean and standard deviation over the networks. */
export const rowOf = ({ activations, method, known, calibrated }) => `| ${activations} | ${method} | ${percent(known)} | ${calibrated ? percent(calibrated) : ""} |`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const line of HEAD) console.log(line);
  for await (const row of compareConventions()) console.log(rowOf(row));
}
