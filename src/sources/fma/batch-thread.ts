import { serveBatches } from "../documents/serve-batches.ts";
import { RecordTurner } from "../records/record-turner.ts";
import { type ChosenColumns, ChosenTexts } from "./chosen-texts.ts";
import { recordForm } from "./csv-header.ts";

serveBatches(({ input }, pack) => {
  const chosen = input as ChosenColumns;
  return new RecordTurner(recordForm(1), chosen.columns.length, new ChosenTexts(chosen, pack));
});
