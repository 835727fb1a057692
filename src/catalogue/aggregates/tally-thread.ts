import { serveTallies } from "./tally-files.ts";

await serveTallies();
