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
    const speaking =
      file.owners.length > 0 ? ownersFindings(scopes, file) : this.#nearestFindings(scopes, file);
    const [first, second] = speaking;
    if (!second) return first?.finding ?? null;
    const ambiguous = ambiguousStatement(speaking.map(({ document }) => document));
    return ambiguous && { statement: ambiguous, holders: null, packageName: null };
  }

  #nearestFindings(scopes: ReadonlyMap<string, readonly DocumentReader[]>, file: OwnedFile): Speaking[] {
    let scope = file.path.toString("latin1");
    while (scope !== "") {
      scope = parentOf(scope);
      const isListed = this.#listed.has(listKey(file.source, scope));
      const readers = (scopes.get(scope) ?? []).filter(
        ({ document }) => document.package === null || !isListed,
      );
      const speaking = findings(readers, file);
      if (speaking.length > 0) return speaking;
    }
    return [];
  }
}

interface Speaking {
  readonly document: RightsDocument;
  readonly finding: DocumentFinding;
}

function ownersFindings(scopes: ReadonlyMap<string, readonly DocumentReader[]>, file: OwnedFile): Speaking[] {
  const readers = file.owners.flatMap((owner) =>
    (scopes.get(owner.scope.toString("latin1")) ?? []).filter(
      ({ document }) => document.package === owner.package,
    ),
  );
  return findings(readers, file);
}

function findings(readers: readonly DocumentReader[], file: OwnedFile): Speaking[] {
  return readers.flatMap((reader) => {
    const finding = reader.findingFor(file.path);
    return finding ? [{ document: reader.document, finding }] : [];
  });
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

function listKey(source: string, scope: string): string {
  return `${source}\0${scope}`;
}
