/**
 * Whether this host, as it is written in a URL, is not one of the internet: loopback, link-local, private and multicast ranges
 * (RFC 1918, 4193, 4291, 5771, 6890).
 */
export function isPrivateHost(hostname: string): boolean {
  const host = canonical(hostname.toLowerCase().replace(/^\[|\]$/g, ""));
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".local")) return true;
  if (
    /^(0|10|127|22[4-9]|2[345]\d)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
      host,
    )
  ) {
    return true;
  }
  return host.includes(":") && /^(::1?$|::ffff:|f[cd]|ff|fe[89ab])/.test(host);
}

/** IPv6 addresses have many forms and a URL gives one. */
function canonical(host: string): string {
  const isIpv6 = host.includes(":") && URL.canParse(`http://[${host}]/`);
  return isIpv6 ? new URL(`http://[${host}]/`).hostname.slice(1, -1) : host;
}
