import {
  ambiguousStatement,
  type DocumentFinding,
  DocumentReader,
  type RightsDocument,
} from "./document-statements.ts";

/** A file of a source, as far as copyright files are about it. */
export interface OwnedFile {
  readonly source: string;
  /** Relative to the source's root; for a member of a container the container. */
  readonly path: Buffer;
  /** Who has it by the lists of the package manager; empty when no list names it. */
  readonly owners: readonly PackageOwner[];
}

export interface PackageOwner {
  readonly package: string;
  readonly scope: Buffer;
}

/** Top folders that packages install files in: what stands beside them in the same folder is not theirs. */
const INSTALLED = /^(?:usr|opt|srv|lib|var|etc)\//;
const INSTALLED_DOCUMENT = /(?:^|\/)usr\/share\/doc\/[^/]+\/copyright$/;

/**
 * Which copyright file speaks for which file. A list of the package manager decides where there is one; else the file of
 * the nearest folder above, if it is one package's alone.
 */
export class DocumentIndex {
  /** By source, then by scope (as Latin-1 text, so that any bytes can be a key). */
  readonly #scopes = new Map<string, Map<string, DocumentReader[]>>();
  /** Folders for which there are package lists: in these a file that no list names belongs to no package. */
  readonly #listed: ReadonlySet<string>;

  constructor(
    documents: Iterable<RightsDocument>,
    listedScopes: Iterable<{ source: string; scope: Buffer }>,
  ) {
    for (const document of documents) {
      const scopes = this.#scopes.get(document.source) ?? new Map<string, DocumentReader[]>();
      this.#scopes.set(document.source, scopes);
      const scope = document.scope.toString("latin1");
      scopes.set(scope, [...(scopes.get(scope) ?? []), new DocumentReader(document)]);
    }
    this.#listed = new Set(
      [...listedScopes].map(({ source, scope }) => listKey(source, scope.toString("latin1"))),
    );
  }

  /** What the copyright file that speaks for the file says of it; null when none does. */
  findingFor(file: OwnedFile): DocumentFinding | null {
    const scopes = this.#scopes.get(file.source);
    if (!scopes) return null;
    const path = file.path.toString("latin1");
    const readers =
      file.owners.length > 0 ? ownersReaders(scopes, file.owners) : this.#nearest(scopes, file.source, path);
    const [reader] = readers;
    if (!reader) return null;
    if (readers.length > 1) {
      const ambiguous = ambiguousStatement(readers.map(({ document }) => document));
      return ambiguous && { statement: ambiguous, holders: null, packageName: null };
    }
    const { scope } = reader.document;
    const inside = scope.length === 0 ? file.path : file.path.subarray(scope.length + 1);
    return reader.findingFor(inside.toString("utf8"));
  }

  #nearest(
    scopes: ReadonlyMap<string, readonly DocumentReader[]>,
    source: string,
    path: string,
  ): DocumentReader[] {
    for (let scope = parentOf(path); ; scope = parentOf(scope)) {
      const readers = scopes.get(scope) ?? [];
      const inside = scope === "" ? path : path.slice(scope.length + 1);
      const speaking = readers.filter(
        ({ document }) =>
          !(document.package !== null && this.#listed.has(listKey(source, scope))) &&
          speaksFor(document, inside),
      );
      if (speaking.length > 0 || scope === "") return speaking;
    }
  }
}

function ownersReaders(
  scopes: ReadonlyMap<string, readonly DocumentReader[]>,
  owners: readonly PackageOwner[],
): DocumentReader[] {
  return owners.flatMap((owner) =>
    (scopes.get(owner.scope.toString("latin1")) ?? []).filter(
      ({ document }) => document.package === owner.package,
    ),
  );
}

/** A package's file speaks for what the package installs; one that is seen from inside `usr` for all that is there. */
function speaksFor(document: RightsDocument, inside: string): boolean {
  const name = document.path.toString("latin1");
  return !INSTALLED_DOCUMENT.test(name) || INSTALLED.test(inside);
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

function listKey(source: string, scope: string): string {
  return `${source}\0${scope}`;
}
