import type { Disposition, GateSide, Reason } from "../disposition.ts";
import { DISPOSITIONS, GATE_SIDES, REASON_NAMES } from "../disposition.ts";
import type { DecidedColumns } from "./decider.ts";

/** Tracks that are alike in what is decided for them. */
export interface Tally {
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly gate: GateSide;
  readonly held: boolean;
  readonly tracks: number;
  readonly bytes: number;
}

/** Counts tracks by what is decided for them. */
export class DecisionTally {
  readonly #tracks = new Float64Array(DISPOSITIONS.length * REASON_NAMES.length * 4);
  readonly #bytes = new Float64Array(this.#tracks.length);

  add({ dispositions, reasons, gates, held, bytes }: DecidedColumns): void {
    const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length * 2);
    for (let at = 0; at < dispositions.length; at += 1) {
      const kind = (dispositions[at] ?? 0) * REASON_NAMES.length + (reasons[at] ?? 0);
      const place = kind * 4 + (gates[at] ?? 0) * 2 + (held[at] ?? 0);
      this.#tracks[place] = (this.#tracks[place] ?? 0) + 1;
      this.#bytes[place] =
        (this.#bytes[place] ?? 0) + (halves[2 * at + 1] ?? 0) * 2 ** 32 + (halves[2 * at] ?? 0);
    }
  }

  /** Kinds that there are. */
  rows(): readonly Tally[] {
    const rows: Tally[] = [];
    for (const [at, disposition] of DISPOSITIONS.entries()) {
      for (const [which, reason] of REASON_NAMES.entries()) {
        for (const [side, gate] of GATE_SIDES.entries()) {
          for (const held of [false, true]) {
            const place = (at * REASON_NAMES.length + which) * 4 + side * 2 + Number(held);
            const tracks = this.#tracks[place] ?? 0;
            if (tracks > 0)
              rows.push({ disposition, reason, gate, held, tracks, bytes: this.#bytes[place] ?? 0 });
          }
        }
      }
    }
    return rows;
  }
}
