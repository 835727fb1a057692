import { serveBatches } from "../documents/serve-batches.ts";
import { tableTurner } from "./table-turner.ts";

serveBatches(({ input, sourceName }, pack) => tableTurner(input, sourceName, pack));
