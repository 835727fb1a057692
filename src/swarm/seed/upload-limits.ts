import { RateLimit } from "./rate-limit.ts";

/** Bytes a second, for all together and for each release. */
export class UploadLimits {
  private readonly overall: RateLimit;
  private readonly perReleaseBytesPerSecond: number | null;
  private readonly byRelease = new Map<string, readonly RateLimit[]>();

  /** Null: no limit. */
  constructor(bytesPerSecond: number | null, perReleaseBytesPerSecond: number | null) {
    this.overall = new RateLimit(bytesPerSecond);
    this.perReleaseBytesPerSecond = perReleaseBytesPerSecond;
  }

  /** To be passed one after the other: the release's own first, so that what waits there takes nothing from the others. */
  of(release: string): readonly RateLimit[] {
    if (this.perReleaseBytesPerSecond === null) return [this.overall];
    const known = this.byRelease.get(release);
    const limits = known ?? [new RateLimit(this.perReleaseBytesPerSecond), this.overall];
    if (known === undefined) this.byRelease.set(release, limits);
    return limits;
  }

  close(): void {
    this.overall.close();
    for (const limits of this.byRelease.values()) for (const limit of limits) limit.close();
  }
}
