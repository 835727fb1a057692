import { z } from "zod";

/** Parts of this program that are native code, or may be missing from an installation. */
export const PROBES = ["audio", "database", "tags", "zip"] as const;
export type Probe = (typeof PROBES)[number];

export const probeJobSchema: z.ZodType<{ readonly probe: Probe }> = z.object({ probe: z.enum(PROBES) });

/** What was found, or what is wrong. */
export const probeAnswerSchema: z.ZodType<{ readonly ok: boolean; readonly found: string }> = z.object({
  ok: z.boolean(),
  found: z.string(),
});
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;
