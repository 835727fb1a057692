import type { GateDecision } from "../rights/index.ts";
import type { GateSide, Tier } from "./disposition.ts";

/**
 * The side of the gate that each tier of a track is on. An access copy is another format than was received: it is open
 * only where the licence allows that too.
 */
export function gateSides({
  open,
  derive,
}: Pick<GateDecision, "open" | "derive">): Readonly<Record<Tier, GateSide>> {
  return { original: open ? "open" : "dark", "access-copy": open && derive ? "open" : "dark" };
}
