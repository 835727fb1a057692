import { describe, expect, test } from "vitest";
import type { PeerExchange } from "../../formats/peer-wire/index.ts";
import { type ExchangeMember, PeerExchanges } from "../peer/peer-exchanges.ts";

function member(
  host: string,
  port: number | null = 6881,
): ExchangeMember & { readonly told: PeerExchange[] } {
  const told: PeerExchange[] = [];
  return { host, port, tell: (exchange) => void told.push(exchange), told };
}

describe("peers of one torrent hear of one another", () => {
  test("at once when they come, later at a tick, never of themselves or twice", () => {
    const exchanges = new PeerExchanges();
    const [one, two] = [member("192.0.2.1"), member("192.0.2.2")];
    exchanges.join("a", one);
    exchanges.join("a", two);
    expect(one.told).toEqual([]);
    expect(two.told).toEqual([{ added: [{ host: "192.0.2.1", port: 6881 }], dropped: [] }]);
    exchanges.tick();
    exchanges.tick();
    expect(one.told).toEqual([{ added: [{ host: "192.0.2.2", port: 6881 }], dropped: [] }]);
    expect(two.told).toHaveLength(1);
    exchanges.leave("a", two);
    exchanges.tick();
    expect(one.told.at(-1)).toEqual({ added: [], dropped: [{ host: "192.0.2.2", port: 6881 }] });
  });

  test("but not of those that take no connections, or have another torrent", () => {
    const exchanges = new PeerExchanges();
    exchanges.join("a", member("192.0.2.1", null));
    exchanges.join("b", member("192.0.2.2"));
    const one = member("192.0.2.3");
    exchanges.join("a", one);
    exchanges.tick();
    expect(one.told).toEqual([]);
  });

  test("and not, from the internet, of those in a private network", () => {
    const exchanges = new PeerExchanges();
    const [inside, outside] = [member("10.0.0.1"), member("192.0.2.1", null)];
    exchanges.join("a", inside);
    exchanges.join("a", outside);
    exchanges.join("a", member("192.0.2.2"));
    exchanges.tick();
    expect(outside.told).toEqual([{ added: [{ host: "192.0.2.2", port: 6881 }], dropped: [] }]);
    expect(inside.told).toEqual([{ added: [{ host: "192.0.2.2", port: 6881 }], dropped: [] }]);
  });

  test("fifty at a time", () => {
    const exchanges = new PeerExchanges();
    for (let index = 0; index < 120; index += 1) exchanges.join("a", member(`192.0.2.${index}`));
    const one = member("198.51.100.1");
    exchanges.join("a", one);
    for (let ticks = 0; ticks < 4; ticks += 1) exchanges.tick();
    expect(one.told.map(({ added }) => added.length)).toEqual([50, 50, 20]);
  });
});
