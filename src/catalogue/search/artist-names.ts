import { z } from "zod";
import type { Database } from "../../core/index.ts";

const sizeRow = z.object({ bytes: z.bigint().transform(Number) });

/** Names by dense number, in one block of memory: about 20 bytes an artist. */
export class ArtistNames {
  readonly #bytes: Buffer;
  readonly #starts: Float64Array;
  readonly #lengths: Uint16Array;

  private constructor(bytes: number, numbers: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
    this.#starts = new Float64Array(numbers);
    this.#lengths = new Uint16Array(numbers);
  }

  /** Reads `artist_no` and `name` from a query; numbers are below `numbers`. */
  static async read(database: Database, query: string, numbers: number): Promise<ArtistNames> {
    const [row] = await database.rows(
      `select coalesce(sum(strlen(name)), 0)::bigint as bytes from (${query})`,
    );
    const names = new ArtistNames(sizeRow.parse(row).bytes, numbers);
    let end = 0;
    for await (const chunk of database.chunks(`select artist_no, name from (${query})`)) {
      const texts = chunk.values(1);
      for (const [at, number] of chunk.values(0).entries()) {
        const name = texts[at];
        if (typeof number !== "number" || typeof name !== "string") continue;
        const length = names.#bytes.write(name, end, "utf8");
        names.#starts[number] = end;
        names.#lengths[number] = Math.min(length, 0xffff);
        end += length;
      }
    }
    return names;
  }

  /** The name of an artist; empty when there is none. */
  name(number: number): string {
    const start = this.#starts[number] ?? 0;
    return this.#bytes.toString("utf8", start, start + (this.#lengths[number] ?? 0));
  }
}
