/** Trackers as bytes and values: announce and scrape over HTTP (BEP 3, 7, 23, 48) and UDP (BEP 15). */
export * from "./announce.ts";
export * from "./http-tracker.ts";
export * from "./udp-tracker.ts";
