import { isoSeconds } from "../../core/index.ts";
import {
  isHandedOut,
  isSeeded,
  type ListedRelease,
  type ReleaseDocument,
  type StandingOfRelease,
} from "../../release/index.ts";
import type { HealthHistory } from "../health/health-log.ts";
import type { Feed, FeedRelease, FeedTorrent } from "./feed-document.ts";

export interface FeedInputs {
  readonly archive: string;
  readonly title: string;
  readonly group: string;
  readonly minimumCopies: number;
  readonly now: Date;
  readonly releases: readonly {
    readonly release: ListedRelease;
    readonly standing: StandingOfRelease;
    /** Null when the bag has gone. */
    readonly document: ReleaseDocument | null;
    readonly health: HealthHistory | null;
  }[];
}

/** What the feed says; a release that is given to nobody is listed without any way to get it. */
export function planFeed({ archive, title, group, minimumCopies, now, releases }: FeedInputs): Feed {
  return {
    format: "deadwax-feed/1",
    archive,
    title,
    created: isoSeconds(now),
    minimumCopies,
    releases: releases.map(({ release, standing, document, health }): FeedRelease => {
      const { name, announcement } = release;
      const isOut = isSeeded(standing.state);
      return {
        name,
        group,
        created: announcement.created,
        sizeBytes: announcement.sizeBytes,
        tracks: announcement.tracks,
        releaseSha256: announcement.releaseSha256,
        previous: announcement.previous?.name ?? null,
        licences: [...(document?.licences ?? [])],
        ...standing,
        announcement: isOut ? `${name}.json` : null,
        health: health && {
          measured: health.latest.time,
          seeders: health.latest.seeders,
          leechers: health.latest.leechers,
          effectiveCopies: health.latest.effectiveCopies,
          lastSeen: health.lastSeen,
          trend: health.trend,
        },
        torrents: isOut
          ? announcement.torrents.map(
              (torrent): FeedTorrent => ({
                kind: torrent.kind,
                url: torrent.file,
                sha256: torrent.sha256,
                top_level_group_name: title,
                group_name: group,
                display_name: name,
                added_to_torrents_list_at: announcement.created,
                is_metadata: announcement.tracks === 0,
                btih: torrent.infohashV1,
                btmh: torrent.infohashV2,
                magnet_link: torrent.magnet,
                torrent_size: torrent.sizeBytes,
                num_files: document ? document.files.length + 2 : 0,
                data_size: announcement.sizeBytes,
                obsolete: !isHandedOut(standing.state),
                embargo: false,
                seeders: health?.latest.seeders ?? null,
                leechers: health?.latest.leechers ?? null,
                stats_scraped_at: health?.latest.time ?? null,
              }),
            )
          : [],
      };
    }),
  };
}
