import { chooseLicence, isDep5, matchDep5, parseDep5, recogniseGrants } from "../formats/rights/index.ts";
import { type LicenceVerdict, noVerdict, verdictOfSpdx } from "./licence-statement.ts";
import { type Confidence, RIGHTS, type RightsStatement, statementOf } from "./statement.ts";

/** A copyright file as the catalogue has it. */
export interface RightsDocument {
  readonly source: string;
  /** Absolute path of the source's root. */
  readonly root: string;
  /** Relative to the source's root; `scope` is the folder that it speaks for. */
  readonly path: Buffer;
  readonly scope: Buffer;
  readonly displayPath: string;
  readonly displayScope: string;
  readonly package: string | null;
  readonly sha256: string;
  readonly text: string;
  readonly accession: string;
  /** When the intake that read it began. */
  readonly date: string;
}

/** What a copyright file says of one file, with the holders it names. */
export interface DocumentFinding {
  readonly statement: RightsStatement;
  readonly holders: string | null;
  readonly packageName: string | null;
}

/** `usr/share/doc/<package>/copyright` of an installed or unpacked package, `debian/copyright` of a source package. */
const INSTALLED_DOCUMENT = /^(.*\/)?usr\/share\/doc\/[^/]+\/copyright$/s;
const SOURCE_DOCUMENT = /^(.*\/)?debian\/copyright$/s;
/** Top folders that packages install files in: what stands beside them in the same folder is not theirs. */
const INSTALLED_FILE = /^(?:usr|opt|srv|lib|var|etc)\//;

/** Reads one copyright file once, and answers for any number of files. */
export class DocumentReader {
  readonly document: RightsDocument;
  readonly #folder: string;
  readonly #isInstalled: boolean;
  readonly #find: (installedPath: string) => DocumentFinding;

  constructor(document: RightsDocument) {
    this.document = document;
    const name = absolute(document, document.path);
    const installed = INSTALLED_DOCUMENT.exec(name);
    this.#isInstalled = installed !== null;
    this.#folder = (installed ?? SOURCE_DOCUMENT.exec(name))?.[1] ?? "";
    this.#find = isDep5(document.text) ? stanzaFinder(document) : packageFinder(document);
  }

  /**
   * What it says of a file of the same source, or null when it does not speak for it: a package's copyright file is about
   * what the package installs, that of a source tree about all of the tree.
   */
  findingFor(path: Buffer): DocumentFinding | null {
    const name = absolute(this.document, path);
    if (!name.startsWith(this.#folder)) return null;
    const inside = name.slice(this.#folder.length);
    if (this.#isInstalled && !INSTALLED_FILE.test(inside)) return null;
    return this.#find(Buffer.from(inside, "latin1").toString("utf8"));
  }
}

/** Latin-1, a character for each byte: any name goes through a regular expression and back. */
function absolute({ root }: RightsDocument, path: Buffer): string {
  return `${Buffer.from(root).toString("latin1").replace(/\/+$/, "")}/${path.toString("latin1")}`;
}

/** The statement when several packages' copyright files speak for a file and nothing says which package has it. */
export function ambiguousStatement(documents: readonly RightsDocument[]): RightsStatement | null {
  const [first] = documents;
  if (!first) return null;
  const packages = documents.map((document) => document.package ?? document.displayPath).sort();
  return statement(first, "package-copyright", {
    ...noVerdict("ambiguous"),
    raw: `copyright files of ${packages.join(", ")}`,
    stanza: null,
    confidence: "low",
  });
}

function stanzaFinder(document: RightsDocument): (installedPath: string) => DocumentFinding {
  const file = parseDep5(document.text);
  if (!file.ok) {
    const unreadable = statement(document, "dep5", {
      ...noVerdict("unreadable"),
      raw: file.reason,
      stanza: null,
      confidence: "low",
    });
    return () => ({ statement: unreadable, holders: null, packageName: document.package });
  }
  const findings = new Map<string, DocumentFinding>();
  return (installedPath) => {
    const match = matchDep5(file.stanzas, installedPath);
    const exact = match?.sourcePath !== null;
    const isContested = (match?.rivals.length ?? 0) > 0;
    const key = match ? `${match.stanza.index} ${exact} ${isContested}` : "";
    const known = findings.get(key);
    if (known) return known;
    const finding: DocumentFinding = match
      ? {
          statement: statement(document, "dep5", {
            ...(isContested ? noVerdict("ambiguous") : verdictOfExpression(match.stanza.licence)),
            raw: `Files: ${match.stanza.files.join(" ")}\nLicense: ${match.stanza.licence}`,
            stanza: match.stanza.files.join(" ").slice(0, 1000),
            // The stanza for all files may miss one that is meant for this file under its name in the source tree.
            confidence: exact ? "high" : "medium",
          }),
          holders: match.stanza.copyright === "" ? null : match.stanza.copyright,
          packageName: document.package,
        }
      : {
          statement: statement(document, "dep5", {
            ...noVerdict("unreadable"),
            raw: "no stanza matches the file",
            stanza: null,
            confidence: "low",
          }),
          holders: null,
          packageName: document.package,
        };
    findings.set(key, finding);
    return finding;
  };
}

function packageFinder(document: RightsDocument): () => DocumentFinding {
  const { licences, ambiguous } = recogniseGrants(document.text);
  const [licence] = licences;
  const verdict = licence === undefined || ambiguous ? noVerdict("unreadable") : verdictOfSpdx(licence);
  const finding: DocumentFinding = {
    statement: statement(document, "package-copyright", {
      ...verdict,
      raw: licences.length > 0 ? licences.join(", ") : "no licence was recognised in the text",
      stanza: null,
      confidence: "medium",
    }),
    holders: null,
    packageName: document.package,
  };
  return () => finding;
}

function verdictOfExpression(expression: string): LicenceVerdict {
  const choice = chooseLicence(expression);
  return choice.ok ? verdictOfSpdx(choice.spdx) : noVerdict("unreadable");
}

function statement(
  document: RightsDocument,
  source: "dep5" | "package-copyright",
  found: LicenceVerdict & {
    readonly raw: string;
    readonly stanza: string | null;
    readonly confidence: Confidence;
  },
): RightsStatement {
  return statementOf({
    ...found,
    scope: { kind: "path", value: document.displayScope },
    covers: RIGHTS,
    start: null,
    end: null,
    source,
    document: document.displayPath,
    date: document.date,
    evidenceSha256: document.sha256,
    accession: document.accession,
  });
}
