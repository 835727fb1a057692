import { z } from "zod";
import { FailedError } from "../../core/index.ts";
import { askClient, jsonOrNull, refusal } from "./client-request.ts";
import { type AddTorrent, type ClientTorrent, TAG, type TorrentClient } from "./torrent-client.ts";

const NAME = "Transmission";
const SESSION_HEADER = "x-transmission-session-id";

const replySchema = z.object({
  result: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
});
const addedSchema = z.object({ hashString: z.string() });
const listSchema = z.array(
  z.object({
    hashString: z.string(),
    name: z.string(),
    totalSize: z.number(),
    percentDone: z.number(),
    /** 0: stopped. */
    status: z.int(),
    uploadedEver: z.number(),
    error: z.int(),
    errorString: z.string(),
    labels: z.array(z.string()).default([]),
  }),
);

/** Transmission 3.00 and later over its RPC. It takes no hybrid torrents, so it gets the v1 torrent of the same bytes. */
export class Transmission implements TorrentClient {
  readonly name = NAME;
  readonly kind = "v1";
  private readonly url: string;
  private readonly login: { readonly user: string; readonly password: string };
  private session = "";

  constructor(url: string, login: { readonly user: string; readonly password: string }) {
    this.url = url;
    this.login = login;
  }

  async list(): Promise<readonly ClientTorrent[]> {
    const fields = [
      "hashString",
      "name",
      "totalSize",
      "percentDone",
      "status",
      "uploadedEver",
      "error",
      "errorString",
      "labels",
    ];
    const { torrents } = await this.call("list its torrents", "torrent-get", { fields });
    const parsed = listSchema.safeParse(torrents);
    if (!parsed.success) throw new FailedError(`${NAME} lists its torrents in a way that is not understood`);
    return parsed.data
      .filter(({ labels }) => labels.includes(TAG))
      .map((torrent) => ({
        id: torrent.hashString,
        name: torrent.name,
        sizeBytes: torrent.totalSize,
        progress: torrent.percentDone,
        isRunning: torrent.status !== 0,
        uploadedBytes: torrent.uploadedEver,
        // 1 and 2 are what a tracker said, 3 is a fault of the disk.
        fault: torrent.error === 3 ? torrent.errorString : null,
      }));
  }

  async add({ name, bytes, folder, upBytesPerSecond }: AddTorrent): Promise<void> {
    const what = `take the torrent of "${name}"`;
    const reply = await this.call(what, "torrent-add", {
      metainfo: bytes.toString("base64"),
      "download-dir": folder,
      paused: true,
    });
    const added = addedSchema.safeParse(reply["torrent-added"] ?? reply["torrent-duplicate"]);
    if (!added.success) throw new FailedError(`${NAME} does not ${what}`);
    const ids = [added.data.hashString];
    // Labelled before it runs: what is killed in between is not ours, and does nothing.
    await this.call(what, "torrent-set", {
      ids,
      labels: [TAG],
      ...(upBytesPerSecond === null
        ? {}
        : { uploadLimit: Math.max(1, Math.floor(upBytesPerSecond / 1000)), uploadLimited: true }),
    });
    await this.call(what, "torrent-start", { ids });
  }

  async remove(id: string): Promise<void> {
    await this.call("delete a torrent", "torrent-remove", { ids: [id], "delete-local-data": true });
  }

  async setRunning(id: string, isRunning: boolean): Promise<void> {
    await this.call("stop or start a torrent", isRunning ? "torrent-start" : "torrent-stop", { ids: [id] });
  }

  private async call(
    what: string,
    method: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const send = () => {
      const headers: Record<string, string> = { "content-type": "application/json" };
      if (this.session !== "") headers[SESSION_HEADER] = this.session;
      const { user, password } = this.login;
      if (user !== "" || password !== "") {
        headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      }
      return askClient(NAME, this.url, {
        method: "POST",
        headers,
        body: JSON.stringify({ method, arguments: args }),
      });
    };
    let answer = await send();
    if (answer.status === 409) {
      this.session = answer.headers.get(SESSION_HEADER) ?? "";
      answer = await send();
    }
    if (answer.status !== 200) throw refusal(NAME, what, answer);
    const parsed = replySchema.safeParse(jsonOrNull(answer.text));
    if (!parsed.success) throw new FailedError(`${NAME} answers in a way that is not understood`);
    if (parsed.data.result !== "success")
      throw new FailedError(`${NAME} does not ${what}: ${parsed.data.result}`);
    return parsed.data.arguments;
  }
}
