/** The part of the library that is used here; it comes without types. */
declare module "bittorrent-dht" {
  import type { EventEmitter } from "node:events";

  interface DhtOptions {
    /** `host:port` of nodes to begin with; false: none. */
    readonly bootstrap?: readonly string[] | false;
    readonly maxTables?: number;
    readonly maxPeers?: number;
    /** Milliseconds after which an announced peer is forgotten. */
    readonly maxAge?: number;
  }

  class Client extends EventEmitter {
    constructor(options?: DhtOptions);
    listen(port: number, address: string | undefined, onListening: () => void): void;
    address(): { readonly address: string; readonly port: number };
    addNode(node: { readonly host: string; readonly port: number }): void;
    /** Returns what ends it. */
    lookup(infohash: Buffer, callback: (error: Error | null, nodes: number) => void): () => void;
    announce(infohash: Buffer, port: number, callback: (error: Error | null) => void): void;
    toJSON(): { readonly nodes: readonly { readonly host: string; readonly port: number }[] };
    destroy(callback: () => void): void;
  }

  // biome-ignore lint/style/noDefaultExport: the library has no other.
  export { Client as default };
}
