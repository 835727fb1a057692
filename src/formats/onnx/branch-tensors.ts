import { bytesOf, numbersOf, textOf } from "./protobuf.ts";

/** Single-precision numbers, the last dimension running fastest. */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Numbers of fields in `onnx.proto` (ONNX 1.16). */
const MODEL = { graph: 7 };
const GRAPH = { node: 1 };
const NODE = { operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, tensor: 5, graph: 6 };
const TENSOR = { dimensions: 1, type: 2, name: 8, raw: 9 };
const FLOAT = 1;

/**
 * The named constants of single precision in one branch of a model's outermost `If`: the weights of a model that has one
 * network for each sampling rate. The graph itself is not read. Throws `RangeError` for bytes that are no such model.
 */
export function readBranchTensors(
  model: Uint8Array,
  branch: "then_branch" | "else_branch",
): ReadonlyMap<string, OnnxTensor> {
  const choice = bytesOf(model, MODEL.graph)
    .flatMap((graph) => bytesOf(graph, GRAPH.node))
    .find((node) => textOf(node, NODE.operator) === "If");
  const attributes = choice === undefined ? [] : bytesOf(choice, NODE.attribute);
  const side = attributes.find((attribute) => textOf(attribute, ATTRIBUTE.name) === branch);
  if (side === undefined) throw new RangeError(`the model has no ${branch}`);
  const tensors = new Map<string, OnnxTensor>();
  for (const graph of bytesOf(side, ATTRIBUTE.graph)) {
    for (const node of bytesOf(graph, GRAPH.node)) {
      if (textOf(node, NODE.operator) !== "Constant") continue;
      for (const attribute of bytesOf(node, NODE.attribute)) {
        for (const tensor of bytesOf(attribute, ATTRIBUTE.tensor)) {
          const name = textOf(tensor, TENSOR.name);
          if (name !== "" && numbersOf(tensor, TENSOR.type)[0] === FLOAT) tensors.set(name, tensorOf(tensor));
        }
      }
    }
  }
  return tensors;
}

function tensorOf(tensor: Uint8Array): OnnxTensor {
  const shape = numbersOf(tensor, TENSOR.dimensions);
  const [raw = new Uint8Array()] = bytesOf(tensor, TENSOR.raw);
  const size = shape.reduce((product, length) => product * length, 1);
  if (raw.length !== 4 * size)
    throw new RangeError(`${raw.length} bytes for a tensor of ${shape.join(" × ")}`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const values = new Float32Array(size);
  for (let index = 0; index < size; index++) values[index] = view.getFloat32(4 * index, true);
  return { shape, values };
}
