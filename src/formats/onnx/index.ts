/** Trained models in ONNX: their weights, as numbers. */
export { type OnnxTensor, readBranchTensors } from "./branch-tensors.ts";
