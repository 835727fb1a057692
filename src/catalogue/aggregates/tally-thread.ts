import { serveTallies } from "./tally-beside.ts";

await serveTallies();
