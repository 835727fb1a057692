import { type BencodeValue, encodeBencode } from "../bencode/encode.ts";
import type { TorrentInfo } from "./info-dictionary.ts";

export interface TorrentFileOptions {
  /** Trackers in the order to try them; each is a tier of its own (BEP 12). */
  readonly announce?: readonly string[];
  /** Web seeds (BEP 19). For a folder each ends in `/`, and clients append the torrent's name and the path. */
  readonly urlList?: readonly string[];
  readonly comment?: string;
  readonly createdBy?: string;
}

/**
 * Writes a `.torrent` file around an info dictionary: `announce`, `announce-list` (with more than one tracker), `comment`,
 * `created by`, `info`, `piece layers` (hybrid only, may be empty), `url-list`. No creation date: the same release always
 * has the same bytes.
 */
export function buildTorrentFile(info: TorrentInfo, options: TorrentFileOptions = {}): Buffer {
  const { announce = [], urlList = [], comment, createdBy } = options;
  const members = new Map<string, Buffer>([["info", info.infoBytes]]);
  const add = (key: string, value: BencodeValue | undefined) => {
    if (value !== undefined) members.set(key, encodeBencode(value));
  };
  add("announce", announce[0]);
  add("announce-list", announce.length > 1 ? announce.map((url) => [url]) : undefined);
  add("comment", comment);
  add("created by", createdBy);
  add("url-list", urlList.length > 0 ? urlList : undefined);
  if (info.pieceLayers !== null) {
    add(
      "piece layers",
      new Map([...info.pieceLayers].map(([root, layer]) => [Buffer.from(root, "hex"), layer])),
    );
  }
  // The keys are all ASCII, so their order as text is their order as bytes.
  const parts = [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, bytes]) => [encodeBencode(key), bytes]);
  return Buffer.concat([Buffer.from("d"), ...parts, Buffer.from("e")]);
}
