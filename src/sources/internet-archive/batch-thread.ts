import { serveBatches } from "../documents/serve-batches.ts";
import { itemRows } from "./item-rows.ts";

serveBatches((_, json, sourceName, pack) => itemRows(json, sourceName, pack));
