import { serveBatches } from "../documents/serve-batches.ts";
import { type MusicBrainzEntity, musicBrainzRows } from "./document-rows.ts";

serveBatches((name, json, sourceName, pack) =>
  musicBrainzRows(name as MusicBrainzEntity, json, sourceName, pack),
);
