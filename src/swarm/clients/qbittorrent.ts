import { z } from "zod";
import { FailedError } from "../../core/index.ts";
import { askClient, type ClientAnswer, jsonOrNull, refusal } from "./client-request.ts";
import { type AddTorrent, type ClientTorrent, TAG, type TorrentClient } from "./torrent-client.ts";

const NAME = "qBittorrent";

const listSchema = z.array(
  z.object({
    hash: z.string(),
    name: z.string(),
    size: z.number(),
    progress: z.number(),
    state: z.string(),
    uploaded: z.number(),
  }),
);

/** qBittorrent 4.1 and later over its web API (version 2); 5 calls pausing stopping. */
export class Qbittorrent implements TorrentClient {
  readonly name = NAME;
  readonly kind = "hybrid";
  private readonly base: string;
  private readonly login: { readonly user: string; readonly password: string };
  private cookie: string | null = null;

  constructor(base: string, login: { readonly user: string; readonly password: string }) {
    this.base = base;
    this.login = login;
  }

  async list(): Promise<readonly ClientTorrent[]> {
    const answer = await this.ask("list its torrents", `torrents/info?category=${TAG}`, null);
    const parsed = listSchema.safeParse(jsonOrNull(answer.text));
    if (!parsed.success) throw new FailedError(`${NAME} lists its torrents in a way that is not understood`);
    return parsed.data.map(({ hash, name, size, progress, state, uploaded }) => ({
      id: hash,
      name,
      sizeBytes: size,
      progress,
      isRunning: !/^(paused|stopped)/i.test(state),
      uploadedBytes: uploaded,
      fault: /^(error|missingFiles|unknown)$/.test(state) ? state : null,
    }));
  }

  async add({ name, bytes, folder, upBytesPerSecond }: AddTorrent): Promise<void> {
    const form = new FormData();
    form.set(
      "torrents",
      new Blob([new Uint8Array(bytes)], { type: "application/x-bittorrent" }),
      `${name}.torrent`,
    );
    form.set("savepath", folder);
    form.set("category", TAG);
    form.set("tags", TAG);
    form.set("autoTMM", "false");
    form.set("contentLayout", "Original");
    if (upBytesPerSecond !== null) form.set("upLimit", String(upBytesPerSecond));
    const answer = await this.ask(`take the torrent of "${name}"`, "torrents/add", form);
    if (/fail/i.test(answer.text)) throw refusal(NAME, `take the torrent of "${name}"`, answer);
  }

  async remove(id: string): Promise<void> {
    await this.ask(
      "delete a torrent",
      "torrents/delete",
      new URLSearchParams({ hashes: id, deleteFiles: "true" }),
    );
  }

  async setRunning(id: string, isRunning: boolean): Promise<void> {
    const hashes = new URLSearchParams({ hashes: id });
    const [current, former] = isRunning ? ["start", "resume"] : ["stop", "pause"];
    try {
      await this.ask("stop or start a torrent", `torrents/${current}`, hashes);
    } catch (error) {
      if (!(error instanceof FailedError)) throw error;
      await this.ask("stop or start a torrent", `torrents/${former}`, hashes);
    }
  }

  /** Logs in when it has to. Throws `FailedError` unless the answer is a good one. */
  private async ask(
    what: string,
    path: string,
    body: FormData | URLSearchParams | null,
  ): Promise<ClientAnswer> {
    let answer = await this.send(path, body);
    if (answer.status === 403) {
      await this.logIn();
      answer = await this.send(path, body);
    }
    if (answer.status !== 200) throw refusal(NAME, what, answer);
    return answer;
  }

  private send(path: string, body: FormData | URLSearchParams | null): Promise<ClientAnswer> {
    const headers: Record<string, string> = { referer: this.base, origin: this.base };
    if (this.cookie !== null) headers.cookie = this.cookie;
    const url = `${this.base}/api/v2/${path}`;
    return askClient(NAME, url, body === null ? { headers } : { method: "POST", headers, body });
  }

  private async logIn(): Promise<void> {
    const { user, password } = this.login;
    const answer = await this.send("auth/login", new URLSearchParams({ username: user, password }));
    const cookie = /^[^;]+/.exec(answer.headers.get("set-cookie") ?? "")?.[0];
    if (answer.status !== 200 || cookie === undefined) {
      throw refusal(NAME, "let us in", { ...answer, status: answer.status === 200 ? 401 : answer.status });
    }
    this.cookie = cookie;
  }
}
