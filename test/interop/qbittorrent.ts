import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { freePort } from "./tools.ts";

export interface QbittorrentTorrent {
  readonly hash: string;
  readonly progress: number;
  readonly state: string;
}

/** qBittorrent on loopback, without DHT, LSD and peer exchange, driven over its web API. */
export class Qbittorrent {
  /** Of its peer. */
  readonly port: number;
  readonly webPort: number;
  private readonly process: ChildProcess;
  private readonly base: string;

  private constructor(process: ChildProcess, port: number, webPort: number) {
    this.process = process;
    this.port = port;
    this.webPort = webPort;
    this.base = `http://127.0.0.1:${webPort}/api/v2/`;
  }

  static async start(profile: string): Promise<Qbittorrent> {
    const [port, webPort] = [await freePort(), await freePort()];
    const folder = join(profile, "qBittorrent", "config");
    mkdirSync(folder, { recursive: true });
    const session = {
      Port: port,
      Interface: "lo",
      InterfaceAddress: "127.0.0.1",
      DHTEnabled: false,
      LSDEnabled: false,
      PeXEnabled: false,
      MultiConnectionsPerIp: true,
      QueueingSystemEnabled: false,
      BTProtocol: "TCP",
    };
    const web = { Address: "127.0.0.1", Port: webPort, LocalHostAuth: false, CSRFProtection: false };
    const lines = [
      "[LegalNotice]",
      "Accepted=true",
      "[BitTorrent]",
      ...Object.entries(session).map(([name, value]) => `Session\\${name}=${value}`),
      "[Preferences]",
      "Connection\\UPnP=false",
      ...Object.entries(web).map(([name, value]) => `WebUI\\${name}=${value}`),
    ];
    writeFileSync(join(folder, "qBittorrent.conf"), `${lines.join("\n")}\n`);
    const process = spawn("qbittorrent-nox", [`--profile=${profile}`], { stdio: "ignore" });
    const client = new Qbittorrent(process, port, webPort);
    for (let wait = 0; ; wait += 1) {
      const isUp = await client.get("app/version").catch(() => null);
      if (isUp !== null) return client;
      if (wait === 150) throw new Error("qBittorrent does not answer");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): void {
    this.process.kill("SIGKILL");
  }

  /** A torrent file, or a magnet link. */
  async add(source: string, savePath: string): Promise<void> {
    const form = new FormData();
    if (source.startsWith("magnet:")) form.set("urls", source);
    else form.set("torrents", new Blob([readFileSync(source)]), basename(source));
    form.set("savepath", savePath);
    await this.post("torrents/add", form);
  }

  async addPeer(hash: string, port: number): Promise<void> {
    const form = new URLSearchParams({ hashes: hash, peers: `127.0.0.1:${port}` });
    await this.post("torrents/addPeers", form);
  }

  async torrents(): Promise<readonly QbittorrentTorrent[]> {
    return JSON.parse(await this.get("torrents/info")) as QbittorrentTorrent[];
  }

  /** Waits until everything is there; `meanwhile` is done again and again. */
  async untilSeeding(meanwhile: (hash: string) => Promise<void>): Promise<void> {
    let last: readonly QbittorrentTorrent[] = [];
    for (let wait = 0; wait < 300; wait += 1) {
      last = await this.torrents();
      if (
        last.length > 0 &&
        last.every(
          ({ progress, state }) => progress === 1 && /^(stalled|forced|queued)UP$|^uploading$/.test(state),
        )
      )
        return;
      for (const { hash } of last) await meanwhile(hash);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`qBittorrent does not finish: ${JSON.stringify(last)}`);
  }

  private async get(path: string): Promise<string> {
    const response = await fetch(this.base + path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.text();
  }

  private async post(path: string, body: FormData | URLSearchParams): Promise<void> {
    const response = await fetch(this.base + path, { method: "POST", body });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}
