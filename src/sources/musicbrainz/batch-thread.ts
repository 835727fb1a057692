import { serveBatches } from "../documents/serve-batches.ts";
import { LineTurner } from "../documents/turn-lines.ts";
import { type MusicBrainzEntity, musicBrainzRows } from "./document-rows.ts";

serveBatches(
  ({ format, sourceName }, pack) =>
    new LineTurner((json) => musicBrainzRows(format as MusicBrainzEntity, json, sourceName, pack)),
);
