import { errorMessage, FailedError } from "../../core/index.ts";

const ANSWER_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface ClientAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request to a client's API, bounded in time and size, without following it elsewhere. Throws `FailedError`. */
export async function askClient(client: string, url: string, init: RequestInit): Promise<ClientAnswer> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(url, { ...init, redirect: "error", signal });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > MAX_ANSWER_BYTES) throw new FailedError("its answer is too long");
      parts.push(part);
    }
    return {
      status: response.status,
      headers: response.headers,
      text: Buffer.concat(parts).toString("utf8"),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new FailedError(`${client} at ${new URL(url).origin} cannot be asked: ${errorMessage(cause)}`, {
      cause: error,
      hint: "see that it runs, and that its web interface is switched on there",
    });
  }
}

export function refusal(client: string, what: string, { status, text }: ClientAnswer): FailedError {
  const hint = "see its user name and password: --via, DEADWAX_VIA_PASSWORD";
  const said = text.trim().slice(0, 200);
  return new FailedError(
    `${client} does not ${what}: ${status}${said === "" ? "" : ` ${said}`}`,
    status === 401 || status === 403 ? { hint } : {},
  );
}

/** What an answer says in JSON; null for one that is none. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
