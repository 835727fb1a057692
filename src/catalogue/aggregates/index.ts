/** Aggregates whose parts add up: computed for each segment when it is written, or from all rows. */
export {
  type AggregateKey,
  type AggregateRow,
  aggregateSql,
  mergeRows,
} from "./aggregate-rows.ts";
export {
  aggregateFromStatistics,
  aggregatesFromRows,
  aggregatesFromStatistics,
} from "./read-aggregate.ts";
export {
  AGGREGATE_NAMES,
  AGGREGATES,
  type AggregateDefinition,
  type AggregateName,
  aggregateDefinition,
  aggregatesOf,
  MOMENT_FEATURES,
} from "./registry.ts";
export { statisticsPath, writeStatistics } from "./segment-statistics.ts";
export { isTallied } from "./tally.ts";
