/** One line a case: the measure's public name, the data, and for rows the shape and the axis that is summed. */
const of = (measure, data, dtype, shape, axis) => ({ measure, data, dtype, shape, axis, name: `${measure} ${data} ${dtype} ${shape.join(" × ")}` });

const EXPONENTS = [12, 14, 16, 18, 20, 22, 24];

export const cases = [
  ...EXPONENTS.map((exponent) => of("klDivergence", "random", "float32", [2 ** exponent])),
  ...EXPONENTS.map((exponent) => of("klDivergence", "near", "float32", [2 ** exponent])),
  of("klDivergence", "random", "float64", [2 ** 22]),
  of("klDivergence", "random", "uint8", [2 ** 22]),
  of("generalizedKl", "random", "float32", [2 ** 22]),
  of("jensenShannon", "random", "float32", [2 ** 22]),
  of("crossEntropy", "random", "float32", [2 ** 22]),
  of("entropy", "random", "float32", [2 ** 22]),
  of("klDivergence", "random", "float32", [1024, 4096], 1),
  of("klDivergence", "random", "float32", [65536, 64], 1),
  of("klDivergence", "random", "float32", [64, 128, 512], 0),
];
