import { formatSize } from "../../core/index.ts";
import type { Feed } from "./feed-document.ts";

/** The newest releases; readers fetch it often. */
const MAX_ITEMS = 100;

/** RSS 2.0 of the releases that are given out, with their hybrid torrents as enclosures. `url` is the folder, ending in a slash. */
export function rssOf(feed: Feed, url: string): string {
  const items = feed.releases
    .filter(({ torrents }) => torrents.length > 0)
    .toSorted((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0))
    .slice(0, MAX_ITEMS)
    .map((release) => {
      const torrent = release.torrents.find(({ kind }) => kind === "hybrid") ?? release.torrents[0];
      const licences = release.licences.map(({ licence, tracks }) => `${licence} (${tracks})`).join(", ");
      const text = `${release.tracks} tracks, ${formatSize(release.sizeBytes)}, ${release.state}. Licences: ${licences || "not known"}.`;
      const link = new URL(torrent?.url ?? "", url).href;
      return [
        "    <item>",
        `      <title>${escapeXml(release.name)}</title>`,
        `      <link>${escapeXml(link)}</link>`,
        `      <guid isPermaLink="false">urn:btih:${torrent?.btih ?? ""}</guid>`,
        `      <pubDate>${new Date(release.created).toUTCString()}</pubDate>`,
        `      <category>${escapeXml(release.group)}</category>`,
        `      <description>${escapeXml(text)}</description>`,
        `      <enclosure url="${escapeXml(link)}" length="${torrent?.torrent_size ?? 0}" type="application/x-bittorrent"/>`,
        "    </item>",
      ].join("\n");
    });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
    "  <channel>",
    `    <title>${escapeXml(feed.title)}</title>`,
    `    <link>${escapeXml(url)}</link>`,
    `    <description>${escapeXml(`Releases of ${feed.title}`)}</description>`,
    `    <lastBuildDate>${new Date(feed.created).toUTCString()}</lastBuildDate>`,
    `    <atom:link href="${escapeXml(new URL("feed.xml", url).href)}" rel="self" type="application/rss+xml"/>`,
    ...items,
    "  </channel>",
    "</rss>",
    "",
  ].join("\n");
}

/** XML 1.0 text or attribute: characters that XML does not have become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
