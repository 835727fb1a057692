import { networkInterfaces } from "node:os";

/**
 * The addresses of loopback, IPv6 last. A machine without IPv6 has the first alone; then it is said aloud that the tests show
 * IPv4 only.
 */
export function loopbackAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  if (all.some(({ address }) => address === "::1")) return ["127.0.0.1", "::1"];
  process.stderr.write(
    "IPv6 is NOT tested: loopback has none; as root: sysctl -w net.ipv6.conf.lo.disable_ipv6=0\n",
  );
  return ["127.0.0.1"];
}
