import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, IntegrityError, parseJson, systemErrorCode, TEMPORARY_PREFIX } from "../core/index.ts";
import { type RightsStatement, statementOf } from "./statement.ts";

const day = z.iso.date().nullable();

const declarationSchema = z.strictObject({
  format: z.literal("deadwax-rights-declaration/1"),
  /** Also the name of its file. */
  id: z.string().regex(/^d-[0-9a-f]{12}$/),
  scope: z.strictObject({
    kind: z.enum(["track", "album", "artist", "path", "source", "archive"]),
    value: z.string(),
  }),
  decision: z.enum(["grant", "deny"]),
  /** PREMIS acts; empty for a denial. */
  acts: z.array(z.enum(["disseminate", "derive"])),
  licence: z.string().nullable(),
  licenceUri: z.string().nullable(),
  /** The licence as it was written. */
  raw: z.string(),
  attribution: z.boolean(),
  covers: z.array(z.enum(["recording", "composition"])).min(1),
  /** ISO 3166-1 alpha-2; empty means worldwide. */
  territories: z.array(z.string().regex(/^[A-Z]{2}$/)),
  start: day,
  end: day,
  basis: z.enum(["cop", "lic", "sta", "ins", "oth"]),
  note: z.string().nullable(),
  /** A copy of the evidence is `rights/evidence/<sha256>`. Null only for a denial. */
  evidence: z
    .strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      sizeBytes: z.int().nonnegative(),
      name: z.string(),
    })
    .nullable(),
  declared: z.iso.datetime(),
  program: z.string(),
});

export type Declaration = z.infer<typeof declarationSchema>;

/** A declaration with what has become of its evidence. */
export interface HeldDeclaration {
  readonly declaration: Declaration;
  /** SHA-256 of its file. */
  readonly fileSha256: string;
  /** False when the copy of its evidence is missing or altered: a grant without proof does not count. */
  readonly evidenceWhole: boolean;
}

const MAX_DECLARATION_BYTES = 1 << 20;

export function declarationsFolder(archive: Archive): string {
  return join(archive.layout.rights, "declarations");
}

export function evidencePath(archive: Archive, sha256: string): string {
  return join(archive.layout.rights, "evidence", sha256);
}

export function parseDeclaration(
  bytes: Uint8Array,
): { ok: true; value: Declaration } | { ok: false; reason: string } {
  const json = parseJson(bytes, MAX_DECLARATION_BYTES);
  if (!json.ok) return json;
  const parsed = declarationSchema.safeParse(json.value);
  if (!parsed.success) return { ok: false, reason: z.prettifyError(parsed.error) };
  if (parsed.data.decision === "grant" && parsed.data.evidence === null) {
    return { ok: false, reason: "a grant without evidence" };
  }
  return { ok: true, value: parsed.data };
}

/**
 * All declarations, by id. Throws `IntegrityError` for one that cannot be read: it may be a denial, and passing over it
 * could open the gate.
 */
export async function readDeclarations(archive: Archive): Promise<HeldDeclaration[]> {
  const folder = declarationsFolder(archive);
  const held: HeldDeclaration[] = [];
  for (const name of await listFolder(folder)) {
    if (name.startsWith(TEMPORARY_PREFIX)) continue;
    const bytes = await readFile(join(folder, name));
    const parsed = parseDeclaration(bytes);
    if (!parsed.ok || `${parsed.value.id}.json` !== name) {
      throw new IntegrityError(`"${join(folder, name)}" is not a valid declaration`, {
        cause: parsed.ok ? undefined : new Error(parsed.reason),
        hint: "restore the file from a copy of the archive: while it cannot be read nothing is released",
      });
    }
    const { evidence } = parsed.value;
    held.push({
      declaration: parsed.value,
      fileSha256: createHash("sha256").update(bytes).digest("hex"),
      evidenceWhole:
        evidence === null || (await fileSha256(evidencePath(archive, evidence.sha256))) === evidence.sha256,
    });
  }
  return held;
}

/** The statement that a declaration is. */
export function declaredStatement(declaration: Declaration): RightsStatement {
  const { scope, decision, acts, licence, licenceUri, raw, attribution, covers, territories } = declaration;
  return statementOf({
    scope,
    decision,
    noRight: null,
    disseminate: decision === "grant" && acts.includes("disseminate"),
    derive: decision === "grant" && acts.includes("derive"),
    attribution,
    licence,
    licenceUri,
    raw,
    covers,
    territories,
    start: declaration.start,
    end: declaration.end,
    basis: declaration.basis,
    source: "declared",
    document: declaration.id,
    stanza: null,
    date: declaration.declared,
    evidenceSha256: declaration.evidence?.sha256 ?? null,
    confidence: "high",
    accession: null,
  });
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function fileSha256(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
  return hash.digest("hex");
}
