import { serveBatches } from "../documents/serve-batches.ts";
import { LineTurner } from "../documents/turn-lines.ts";
import { itemRows } from "./item-rows.ts";

serveBatches(({ sourceName }, pack) => new LineTurner((json) => itemRows(json, sourceName, pack)));
