/**
 * The bytes of an input end here, before they should: a cut tar, a damaged xz. What came before is whole and goes in;
 * `offsetBytes` counts decompressed bytes where the reader knows them, else null.
 */
export class InputFault extends Error {
  readonly offsetBytes: number | null;

  constructor(reason: string, offsetBytes: number | null, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = "InputFault";
    this.offsetBytes = offsetBytes;
  }
}
