/*
 * As much of ONNX's format (onnx.proto3) as a few models take.
 */

/** The least of protocol buffers: a field with a number, and one with bytes or text. */
const numberField = (field, value) => [field << 3, value];
function bytesField(field, content) {
  const bytes = typeof content === "string" ? [...new TextEncoder().encode(content)] : content;
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return [(field << 3) | 2, ...length, ...bytes];
}

/** ONNX's numbers of element types. */
const TYPES = { float32: 1, float64: 11 };
const [OPSET, IR_VERSION] = [13, 8];
/** Field 20 of an attribute: that it is an integer. */
const INTEGER = [0xa0, 0x01, 2];

const node = (op, inputs, output, attributes = []) => bytesField(1, [
  ...inputs.flatMap((name) => bytesField(1, name)), ...bytesField(2, output), ...bytesField(4, op), ...attributes,
]);

/** A tensor's name and type; `axes` names its sizes. */
function valueOf(field, name, type, axes) {
  const shape = bytesField(2, axes.flatMap((axis) => bytesField(1, bytesField(2, axis))));
  return bytesField(field, [...bytesField(1, name), ...bytesField(2, bytesField(1, [...numberField(1, type), ...shape]))]);
}

/** The sum of `terms` over the last axis, of steps [operation, inputs, output] from p and q. */
function sumModel(dtype, { length }, steps) {
  const axes = Array.from({ length }, (_, i) => `n${i}`);
  const last = bytesField(5, [...numberField(1, 1), ...numberField(2, 7), ...bytesField(7, [length - 1]), ...bytesField(8, "last")]);
  const keep = bytesField(5, [...bytesField(1, "keepdims"), ...numberField(3, 0), ...INTEGER]);
  const graph = [
    ...steps.flatMap(([op, inputs, output]) => node(op, inputs, output)), ...node("ReduceSum", ["terms", "last"], "sum", keep), ...bytesField(2, "kl"), ...last,
    ...["p", "q"].flatMap((name) => valueOf(11, name, TYPES[dtype], axes)), ...valueOf(12, "sum", TYPES[dtype], axes.slice(0, -1)),
  ];
  return Uint8Array.from([...numberField(1, IR_VERSION), ...bytesField(7, graph), ...bytesField(8, numberField(2, OPSET))]);
}

/** The model ReduceSum(p · Log(p / q)). */
export const klModel = (dtype, shape) => sumModel(dtype, shape, [["Div", ["p", "q"], "ratio"], ["Log", ["ratio"], "log"], ["Mul", ["p", "log"], "terms"]]);

/** The same of softmax p and softmax q; operations on the last axis, their default. */
export const logitModel = (dtype, shape) => sumModel(dtype, shape, [
  ["LogSoftmax", ["p"], "logP"], ["LogSoftmax", ["q"], "logQ"], ["Exp", ["logP"], "softmax"], ["Sub", ["logP", "logQ"], "difference"], ["Mul", ["softmax", "difference"], "terms"],
]);
