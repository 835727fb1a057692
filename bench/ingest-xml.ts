/**
 * What it costs to take XML in, a Discogs dump in gzip and a folder of ERN messages, beside a bare pass of `sax` in strict mode
 * over the same bytes (the limit of what is built on it) and, where it is installed, `xmllint --stream`. The files are made up.
 *
 *   npx tsx bench/ingest-xml.ts [--megabytes 100] [--messages 4000] [--runs 3]
 */
import { spawnSync } from "node:child_process";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip, gzipSync } from "node:zlib";
import sax from "sax";
import { initArchive } from "../src/core/archive.ts";
import { silentReporter } from "../src/core/reporter.ts";
import { ern43 } from "../src/sources/ern/testing/messages.ts";
import { addDiscogsSource, addErnSource } from "../src/sources/index.ts";
import { type Cost, measure, medianCost } from "./measure.ts";

// As in src/sources/xml; the types of `sax` do not know the first.
const SAX_OPTIONS = { strictEntities: true, xmlns: false, position: true };

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "100" },
    messages: { type: "string", default: "4000" },
    runs: { type: "string", default: "3" },
    step: { type: "string" },
    folder: { type: "string", default: "" },
  },
});

if (values.step === undefined) await compare();
else await runStep(values.step, values.folder);

async function compare(): Promise<void> {
  mkdirSync("work", { recursive: true });
  const folder = mkdtempSync(resolve("work/bench-xml-"));
  try {
    const discogs = writeDump(join(folder, "releases.xml.gz"), Number(values.megabytes) * 1e6);
    const ern = writeMessages(join(folder, "messages"), Number(values.messages));
    const steps = ["start", "discogs-sax", "discogs-add", "ern-sax", "ern-add"];
    const hasXmllint = spawnSync("xmllint", ["--version"]).status === 0;
    if (hasXmllint) steps.push("discogs-xmllint");
    const costs = new Map<string, Cost[]>();
    for (let run = 0; run < Number(values.runs); run += 1) {
      for (const step of steps) {
        const cost =
          step === "discogs-xmllint"
            ? await measure("bash", [
                "-c",
                'set -o pipefail; zcat "$0" | xmllint --stream --noout --huge -',
                join(folder, "releases.xml.gz"),
              ])
            : await measure(process.execPath, [
                "--import",
                "tsx",
                fileURLToPath(import.meta.url),
                "--step",
                step,
                "--folder",
                folder,
              ]);
        costs.set(step, [...(costs.get(step) ?? []), cost]);
      }
    }
    const start = medianCost(costs.get("start") ?? []);
    say(
      `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, node ${process.version}, medians of ${values.runs} runs, the start of the process taken off (${start.cpuSeconds.toFixed(2)} s of CPU); 1-minute load at the end ${(loadavg()[0] ?? 0).toFixed(1)}`,
    );
    for (const [kind, { sizeBytes, rows, what }] of Object.entries({ discogs, ern })) {
      say(`${kind}: ${(sizeBytes / 1e6).toFixed(1)} MB of XML, ${rows} ${what}`);
      const net = (step: string): Cost => {
        const cost = medianCost(costs.get(step) ?? []);
        const off = step.endsWith("xmllint") ? 0 : 1;
        return {
          ...cost,
          wallSeconds: cost.wallSeconds - off * start.wallSeconds,
          cpuSeconds: cost.cpuSeconds - off * start.cpuSeconds,
        };
      };
      const limit = net(`${kind}-sax`);
      for (const step of steps.filter((name) => name.startsWith(kind))) {
        const { wallSeconds, cpuSeconds, peakTreeBytes } = net(step);
        say(
          `  ${step.padEnd(16)}${wallSeconds.toFixed(2).padStart(8)} s wall${cpuSeconds.toFixed(2).padStart(8)} s CPU${(sizeBytes / 1e6 / cpuSeconds).toFixed(1).padStart(8)} MB and ${(rows / cpuSeconds).toFixed(0).padStart(7)} ${what} per s of CPU, × sax ${(limit.wallSeconds / wallSeconds).toFixed(2)} wall ${(limit.cpuSeconds / cpuSeconds).toFixed(2)} CPU, peak ${(peakTreeBytes / 2 ** 20).toFixed(0)} MiB`,
        );
      }
    }
    if (!hasXmllint) say("xmllint is not installed and was not measured (Debian: libxml2-utils)");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStep(step: string, folder: string): Promise<void> {
  const dump = join(folder, "releases.xml.gz");
  const messages = join(folder, "messages");
  if (step === "start") return;
  if (step === "discogs-sax") await bareSax(createReadStream(dump).pipe(createGunzip()));
  else if (step === "ern-sax") {
    for (const name of readdirSync(messages)) await bareSax(createReadStream(join(messages, name)));
  } else {
    const root = mkdtempSync(join(folder, "archive-"));
    const { archive } = await initArchive(root);
    const add = step === "discogs-add" ? addDiscogsSource : addErnSource;
    const file = step === "discogs-add" ? dump : messages;
    const summary = await add({ archive, reporter: silentReporter, files: [file] });
    // The messages made for tests each refer to one resource that is no recording.
    const fault = summary.rejects.find(
      ({ reason }) => !reason.endsWith("which is no sound recording of the message"),
    );
    if (fault !== undefined) throw new Error(`refused: ${JSON.stringify(fault)}`);
    rmSync(root, { recursive: true, force: true });
  }
}

/** Parses and throws away; the count keeps it from being nothing. */
async function bareSax(chunks: AsyncIterable<Buffer>): Promise<void> {
  const parser = sax.parser(true, SAX_OPTIONS);
  const decoder = new StringDecoder("utf8");
  let elements = 0;
  parser.onopentag = () => {
    elements += 1;
  };
  parser.ontext = () => {};
  parser.onerror = (error) => {
    throw error;
  };
  for await (const chunk of chunks) parser.write(decoder.write(chunk));
  parser.close();
  if (elements === 0) throw new Error("no element was read");
}

interface Made {
  readonly sizeBytes: number;
  readonly rows: number;
  readonly what: string;
}

/** Gzip members one after the other, so that the dump is never in memory as a whole. */
function writeDump(file: string, sizeBytes: number): Made {
  let written = 0;
  let tracks = 0;
  let id = 1;
  writeFileSync(file, gzipSync("<releases>\n"));
  while (written < sizeBytes) {
    let text = "";
    for (let count = 0; count < 2000; count += 1, id += 1) {
      const list = Array.from(
        { length: 1 + ((id * 7) % 19) },
        (_, n) =>
          `<track><position>${n + 1}</position><title>Song ${n} of ${id}</title><duration>${2 + (n % 5)}:${10 + (id % 50)}</duration></track>`,
      );
      tracks += list.length;
      text += `<release id="${id}" status="Accepted"><images><image type="primary" uri="" width="600" height="600"/></images><artists><artist><id>${id % 9973}</id><name>Artist ${id % 9973}</name><anv/><join/></artist></artists><title>Title ${id}</title><labels><label name="Label ${id % 499}" catno="L ${id}" id="${id % 499}"/></labels><extraartists><artist><id>${id % 997}</id><name>Writer ${id % 997}</name><anv/><role>Written-By</role><tracks/></artist></extraartists><genres><genre>Rock</genre></genres><styles><style>Beat</style></styles><country>Denmark</country><released>1971-05-00</released><notes>${"What a person wrote of it. ".repeat(id % 12)}</notes><tracklist>${list.join("")}</tracklist></release>\n`;
    }
    written += Buffer.byteLength(text);
    writeFileSync(file, gzipSync(text), { flag: "a" });
  }
  writeFileSync(file, gzipSync("</releases>\n"), { flag: "a" });
  return { sizeBytes: written, rows: tracks, what: "tracks" };
}

function writeMessages(folder: string, count: number): Made {
  mkdirSync(folder);
  let sizeBytes = 0;
  const deals = [{ territories: ["DK"], use: "Stream", model: "SubscriptionModel", start: "2026-01-01" }];
  for (let n = 0; n < count; n += 1) {
    const isrc = `DKAAA26${String(n).padStart(5, "0")}`;
    const file = join(folder, `${n}.xml`);
    writeFileSync(file, ern43({ id: `m${n}`, isrc, icpn: String(5_012_345_000_000 + n), deals }));
    sizeBytes += statSync(file).size;
  }
  return { sizeBytes, rows: count, what: "messages" };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
