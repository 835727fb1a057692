#!/usr/bin/env node
import { processHost } from "./host.ts";
import { runCommandLine } from "./run-command-line.ts";

// Not `process.exitCode`: a handle that a native library left open must not keep a finished command alive.
process.exit(await runCommandLine(process.argv.slice(2), processHost()));
