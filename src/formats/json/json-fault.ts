/** JSON that is not well formed, or is not of the shape that is read. */
export class JsonFault extends Error {
  /** Where, in the bytes that were read. */
  readonly at: number;
  /** What is wrong, where that is known for certain. */
  readonly reason: string | null;

  constructor(at: number, reason: string | null = null) {
    super(`${reason ?? "no JSON of the shape that is read"}, at byte ${at}`);
    this.at = at;
    this.reason = reason;
  }
}
