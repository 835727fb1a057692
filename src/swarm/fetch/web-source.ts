import { FailedError } from "../../core/index.ts";
import { isPrivateHost } from "../peer/private-host.ts";

const ANSWER_MS = 30_000;
const MAX_REDIRECTS = 3;

/**
 * Bytes `start` to before `end` of what a URL names, by one range request (RFC 9110; BEP 19); of the whole when `end` is null, but
 * never more than `maxBytes`. Throws `FailedError` for any other answer.
 */
export async function fetchBytes(
  url: string,
  range: { readonly start: number; readonly end: number } | null,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const timeout = AbortSignal.timeout(ANSWER_MS);
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (range) headers.range = `bytes=${range.start}-${range.end - 1}`;
  const response = await follow(url, {
    headers,
    redirect: "manual",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const expected = range ? 206 : 200;
  if (response.status !== expected) {
    await response.body?.cancel();
    throw new FailedError(`${url} answers ${response.status} where ${expected} was due`);
  }
  const wanted = range ? range.end - range.start : null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > (wanted ?? maxBytes))
      throw new FailedError(`${url} sends more than ${wanted ?? maxBytes} bytes`);
    parts.push(part);
  }
  if (wanted !== null && bytes !== wanted) throw new FailedError(`${url} sends ${bytes} bytes of ${wanted}`);
  return Buffer.concat(parts);
}

/** Redirects of a stranger stay on the web, are few, and never lead from elsewhere to this machine or its network. */
async function follow(url: string, init: RequestInit): Promise<Response> {
  let current = webUrl(url);
  for (let redirects = 0; ; redirects += 1) {
    let response: Response;
    try {
      response = await fetch(current, init);
    } catch (error) {
      throw new FailedError(`${current.href} cannot be reached`, { cause: error });
    }
    if (response.status < 300 || response.status > 399 || response.status === 304) return response;
    await response.body?.cancel();
    const next = webUrl(new URL(response.headers.get("location") ?? "", current).href);
    if (redirects === MAX_REDIRECTS)
      throw new FailedError(`${url} redirects more than ${MAX_REDIRECTS} times`);
    if (isPrivateHost(next.hostname) && !isPrivateHost(current.hostname)) {
      throw new FailedError(`${url} redirects into a private network`);
    }
    current = next;
  }
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url;
  throw new FailedError(`"${text}" is no web address`);
}
