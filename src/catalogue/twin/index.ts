/**
 * `twin`: a synthetic catalogue with the published statistics of a real one, made from three numbers: how many tracks, a
 * seed, and the version of the generator. See `docs/formats/twin.md`.
 */
export { type CheckedTarget, type CheckTwinOptions, checkTwin } from "./check-twin.ts";
export { type MakeTwinOptions, makeTwin, type TwinSummary } from "./make-twin.ts";
export { planTwin, type TwinPlan } from "./plan-twin.ts";
export { TWIN_GENERATOR, type TwinParameters, type TwinSize, twinSize } from "./twin-size.ts";
export { twinTrackId } from "./twin-track-id.ts";
