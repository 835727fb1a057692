import { afterEach, beforeEach, expect, test } from "vitest";
import { Database, type TableRow } from "../../core/database.ts";
import { compareState, loadKnownState, readCounts, settleState } from "./state.ts";
import { FILE_COLUMNS, SEEN_COLUMNS } from "./tables.ts";

let database: Database;

beforeEach(async () => {
  database = await Database.open();
  await loadKnownState(database, []);
});

afterEach(() => database.close());

/** `path` or `path!member`, status, reason; size 1 and time 1 unless told. */
interface Known {
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
}

async function know(names: readonly Known[]): Promise<void> {
  for (const [index, { name, status, reason }] of names.entries()) {
    const [path, member] = name.split("!");
    await database.run(
      `insert into known by name
       select encode($path::varchar) as path_key, encode($member::varchar) as member_key, $id::ubigint as track_id,
         $status::varchar as status, $reason::varchar as reason, $path::varchar as path, $member::varchar as member,
         1 as size_bytes, 1 as mtime_ns`,
      { path: path ?? null, member: member ?? null, id: BigInt(index), status, reason: reason ?? null },
    );
  }
}

async function see(rows: readonly TableRow[]): Promise<void> {
  const common = { track_id: 1, kind: "file", size_bytes: 1, mtime_ns: 1, inode: 1 };
  await database.insert(
    "seen",
    SEEN_COLUMNS,
    rows.map((row) => ({ ...common, ...row })),
  );
  await compareState(database);
}

/** What the readers said. */
async function read(rows: readonly TableRow[]): Promise<void> {
  const common = { track_id: 1, status: "audio", size_bytes: 1, mtime_ns: 1 };
  await database.insert(
    "part",
    FILE_COLUMNS,
    rows.map((row) => ({ ...common, ...row })),
  );
  await database.run("insert into file_row select * from part");
  await settleState(database);
}

async function names(query: string): Promise<unknown[]> {
  return (await database.rows(query)).map((row) =>
    Object.values(row)
      .filter((value) => value !== null)
      .join(" "),
  );
}

test.each<[string, Known, TableRow, string[]]>([
  ["a name with the same size and time is left alone", { name: "a", status: "audio" }, {}, []],
  ["a name with another size is read", { name: "a", status: "audio" }, { size_bytes: 2 }, ["a changed"]],
  ["a name with another time is read", { name: "a", status: "audio" }, { mtime_ns: 2 }, ["a changed"]],
  ["another inode alone is no change", { name: "a", status: "audio" }, { inode: 2 }, []],
  ["a name that was gone is new", { name: "a", status: "gone" }, {}, ["a added"]],
  ["what is no audio stays so", { name: "a", status: "rejected", reason: "not-audio" }, {}, []],
  [
    "what could not be read is tried again",
    { name: "a", status: "rejected", reason: "unreadable" },
    {},
    ["a retry"],
  ],
  [
    "what changed while it was read is tried again",
    { name: "a", status: "rejected", reason: "changed-while-read" },
    {},
    ["a retry"],
  ],
  ["a document is not read again", { name: "a", status: "document" }, { kind: "document" }, []],
  ["a container is not read again", { name: "a", status: "container" }, {}, []],
])("%s", async (_, known, seen, expected) => {
  await know([known]);
  await see([{ path: "a", ...seen }]);
  expect(await names("select path, change from todo")).toEqual(expected);
});

test("what still cannot be read has not changed, and gives no accession", async () => {
  await know([{ name: "a", status: "rejected", reason: "unreadable" }]);
  await see([{ path: "a" }]);
  await read([{ path: "a", status: "rejected", reason: "unreadable" }]);
  expect(await readCounts(database)).toMatchObject({ seen: 1, added: 0, changed: 0, file_rows: 0 });
});

test("what can be read at last has changed", async () => {
  await know([{ name: "a", status: "rejected", reason: "unreadable" }]);
  await see([{ path: "a" }]);
  await read([{ path: "a" }]);
  expect(await readCounts(database)).toMatchObject({ seen: 1, changed: 1, file_rows: 1, audio: 1 });
});

test("a refusal that is known is not said again, another one is", async () => {
  await know([
    { name: "a", status: "rejected", reason: "link-broken" },
    { name: "b", status: "rejected", reason: "link-broken" },
    { name: "c", status: "audio" },
  ]);
  const refused = { kind: "refused", reason: "link-broken" };
  await see([
    { path: "a", ...refused },
    { path: "b", ...refused, reason: "link-outside" },
    { path: "c", ...refused },
    { path: "d", ...refused },
  ]);
  expect(await names("select path, change from refused order by path")).toEqual([
    "b changed",
    "c changed",
    "d added",
  ]);
});

test("names below a folder that cannot be listed are not known to be gone", async () => {
  await know(["a/x", "a/y!m", "a.b", "a0", "b"].map((name) => ({ name, status: "audio" })));
  await see([{ path: "a", kind: "refused", reason: "unreadable-folder", size_bytes: null, mtime_ns: null }]);
  expect(await names("select path, member from gone order by path")).toEqual(["a.b", "a0", "b"]);
});

test("a member that its container has no more is gone", async () => {
  await know([
    { name: "z", status: "container" },
    { name: "z!1", status: "audio" },
    { name: "z!2", status: "audio" },
  ]);
  await see([{ path: "z", size_bytes: 2 }]);
  await read([
    { path: "z", status: "container" },
    { path: "z", member: "1" },
  ]);
  expect(await names("select path, member, status from file_row order by all")).toEqual([
    "z 1 audio",
    "z 2 gone",
    "z container",
  ]);
});

test.each([
  ["not-audio", ["z 1 gone", "z rejected"]],
  ["zip-damaged", ["z 1 gone", "z rejected"]],
  ["unreadable", ["z rejected"]],
  ["reader-failed", ["z rejected"]],
])("members of a container that is now %s: %j", async (reason, expected) => {
  await know([
    { name: "z", status: "container" },
    { name: "z!1", status: "audio" },
  ]);
  await see([{ path: "z", size_bytes: 2 }]);
  await read([{ path: "z", status: "rejected", reason }]);
  expect(await names("select path, member, status from file_row order by all")).toEqual(expected);
});
