import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPrivateHost } from "../peer/private-host.ts";
import { fetchBytes } from "./web-source.ts";

const server = createServer((request, response) => answer(request, response));
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answer({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  switch (url) {
    case "/range":
      response.writeHead(206).end(headers.range);
      return;
    case "/ignores-range":
      response.writeHead(200).end("everything");
      return;
    case "/endless": {
      response.writeHead(206);
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
      return;
    }
    case "/short":
      response.writeHead(206).end("x");
      return;
    case "/to-range":
      response.writeHead(302, { location: "/range" }).end();
      return;
    case "/itself":
      response.writeHead(302, { location: "/itself" }).end();
      return;
    case "/file":
      response.writeHead(302, { location: "file:///etc/passwd" }).end();
      return;
    default:
      response.writeHead(404).end();
  }
}

const range = { start: 5, end: 15 };

test.each(["/range", "/to-range"])("%s gives the bytes of a range", async (path) => {
  expect((await fetchBytes(base + path, range, 100)).toString()).toBe("bytes=5-14");
});

test.each([
  ["/ignores-range", "answers 200"],
  ["/endless", "sends more than"],
  ["/short", "sends 1 bytes of 10"],
  ["/itself", "redirects more than"],
  ["/file", "no web address"],
  ["/missing", "answers 404"],
])("%s is refused", async (path, message) => {
  await expect(fetchBytes(base + path, range, 100)).rejects.toThrow(message);
});

describe("a host is private", () => {
  test.each([
    "localhost",
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.1.1",
    "[::1]",
    "[fd00::1]",
    "[::ffff:7f00:1]",
    "0.0.0.0",
  ])("%s", (host) => expect(isPrivateHost(host)).toBe(true));
  test.each(["archive.example", "192.0.2.1", "172.32.0.1", "[2001:db8::1]", "fd.example"])("not %s", (host) =>
    expect(isPrivateHost(host)).toBe(false),
  );
});
