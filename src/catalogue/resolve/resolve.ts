import type { ColumnChunk, Database, TableRow } from "../../core/index.ts";
import { countOf } from "../count-of.ts";
import { foldTexts } from "../records/record-rows.ts";
import { Clusters, windowEnds } from "./clusters.ts";

/** Durations of one recording from different sources differ by at most so much. */
const SPAN_MS = 2000;
/** More links than that in a row make no sense, and a ring never ends. */
const MAX_REDIRECT_DOUBLINGS = 16;

/** Makes the table `into`, which says where each redirect of the table `from` ends. */
export async function followRedirects(database: Database, from: string, into: string): Promise<void> {
  await database.run(
    `create table ${into} as
     select scheme, lower(from_value) as from_value, min(lower(to_value)) as to_value from ${from}
     where lower(from_value) <> lower(to_value) group by all`,
  );
  const open = `select count(*)::integer as count from ${into} a join ${into} b on b.scheme = a.scheme and b.from_value = a.to_value`;
  for (let round = 0; round < MAX_REDIRECT_DOUBLINGS; round++) {
    if ((await countOf(database, open)) === 0) return;
    // Each step doubles the length of the way that is gone.
    await database.run(
      `create or replace table ${into} as
       select a.scheme, a.from_value, coalesce(b.to_value, a.to_value) as to_value
       from ${into} a left join ${into} b on b.scheme = a.scheme and b.from_value = a.to_value`,
    );
  }
  // What is left has been sent round in a ring.
  await database.run(
    `delete from ${into} where (scheme, to_value) in (select scheme, from_value from ${into})`,
  );
}

/** Fills `row_resolution` and `row_conflict` from the tables `res_…`, which `addInput` fills. */
export async function resolveEntities(
  database: Database,
  addInput: (database: Database) => Promise<void>,
): Promise<void> {
  await database.runFile(sqlFile("1-input.sql"));
  await addInput(database);
  await foldTexts(database, "res_fold", sqlFile("distinct-res-texts.sql"));
  await database.runFile(sqlFile("3-groups.sql"));
  await database.runFile(sqlFile("4-track-texts.sql"));
  await resolveEntity(database, "track", SPAN_MS);
  await database.run(
    "create table weak_member as select 0::ubigint as id, 0::uinteger as length_ms, 0::ubigint as group_key where false",
  );
  await resolveEntity(database, "album", 0);
  await database.runFile(sqlFile("4-label-texts.sql"));
  await resolveEntity(database, "label", 0);
  await addNameGroups(database);
  await resolveEntity(database, "artist", 0);
}

/** The full build: everything that has rows. */
export async function addFullInput(database: Database): Promise<void> {
  await database.runFile(sqlFile("full-input.sql"));
}

/** Groups of artists of one name, from the chains of pairs that tracks make. */
async function addNameGroups(database: Database): Promise<void> {
  await database.run(
    `create or replace table cluster_of as
     select id, same_as from row_resolution where entity = 'track'
     union select same_as, same_as from row_resolution where entity = 'track'
     union select id, same_as from settled_cluster union select same_as, same_as from settled_cluster`,
  );
  await database.runFile(sqlFile("4-artist-texts.sql"));
  const nodes = await numberNodes(
    database,
    "select id from name_pair union all select leader from name_pair",
  );
  const chains = new Clusters(new Uint8Array(nodes.length));
  for await (const [a, b] of pairs(database, "name_pair")) chains.unite(a, b, 0);
  await database.run("drop table if exists weak_member");
  await database.insert(
    "weak_member",
    { id: "UBIGINT", length_ms: "INTEGER", group_key: "UBIGINT" },
    nodeRows(nodes, (node) => ({
      id: nodes[node] ?? 0n,
      length_ms: 0,
      group_key: nodes[chains.root(node)] ?? 0n,
    })),
  );
  await database.run("drop table name_pair");
}

async function resolveEntity(database: Database, entity: string, spanMs: number): Promise<void> {
  const edges = `(select id, leader, evidence from strong_edge where entity = '${entity}')`;
  const nodes = await numberNodes(
    database,
    `select id from ${edges} union all select leader from ${edges} union all select id from weak_member`,
  );
  const hasKey = new Uint8Array(nodes.length);
  const keyed = `select n.no from res_node n join keyed k on k.id = n.id where k.entity = '${entity}'`;
  for await (const chunk of database.chunks(keyed)) for (const no of numbers(chunk, 0)) hasKey[no] = 1;
  const clusters = new Clusters(hasKey);
  for await (const [a, b, evidence] of pairs(database, edges)) clusters.unite(a, b, evidence);
  clusters.freeze();
  for await (const group of weakGroups(database)) attachWindows(clusters, group, spanMs);
  const found = `resolved_${entity}`;
  await database.insert(
    found,
    { id: "UBIGINT", same_as: "UBIGINT", evidence: "VARCHAR" },
    nodeRows(nodes, (node) => {
      const root = clusters.root(node);
      if (root === node) return null;
      return { id: nodes[node] ?? 0n, same_as: nodes[root] ?? 0n, evidence: clusters.evidence(node) };
    }),
  );
  await database.run(
    `insert into row_resolution by name select '${entity}' as entity, * from ${found};
     drop table ${found}; drop table weak_member`,
  );
}

interface WeakGroup {
  readonly nodes: number[];
  readonly lengthsMs: number[];
}

function attachWindows(clusters: Clusters, { nodes, lengthsMs }: WeakGroup, spanMs: number): void {
  let start = 0;
  for (const end of windowEnds(lengthsMs, spanMs)) {
    if (end - start > 1) clusters.attach(nodes.slice(start, end));
    start = end;
  }
}

async function* weakGroups(database: Database): AsyncGenerator<WeakGroup> {
  const sql =
    "select n.no, w.length_ms::integer, w.group_key from weak_member w join res_node n using (id) order by w.group_key, w.length_ms, n.no";
  let key: unknown = null;
  let group: WeakGroup = { nodes: [], lengthsMs: [] };
  for await (const chunk of database.chunks(sql)) {
    const [nodes, lengths, keys] = [numbers(chunk, 0), numbers(chunk, 1), chunk.values(2)];
    for (const [row, node] of nodes.entries()) {
      if (keys[row] !== key) {
        if (group.nodes.length > 1) yield group;
        group = { nodes: [], lengthsMs: [] };
        key = keys[row];
      }
      group.nodes.push(node);
      group.lengthsMs.push(lengths[row] ?? 0);
    }
  }
  if (group.nodes.length > 1) yield group;
}

/** Numbers the ids of a query in their order, as table `res_node` and as an array. */
async function numberNodes(database: Database, query: string): Promise<BigUint64Array> {
  await database.run(
    `create or replace table res_node as
     select id, (row_number() over (order by id) - 1)::integer as no from (select distinct id from (${query}))`,
  );
  const nodes = new BigUint64Array(
    await countOf(database, "select count(*)::integer as count from res_node"),
  );
  let at = 0;
  for await (const chunk of database.chunks("select id from res_node order by id")) {
    nodes.set(chunk.bigUints(0), at);
    at += chunk.rows;
  }
  return nodes;
}

async function* pairs(database: Database, from: string): AsyncGenerator<readonly [number, number, number]> {
  const evidence = from === "name_pair" ? "0" : "e.evidence::integer";
  const sql = `select a.no, b.no, ${evidence} from ${from} e join res_node a on a.id = e.id join res_node b on b.id = e.leader`;
  for await (const chunk of database.chunks(sql)) {
    const [left, right, weights] = [numbers(chunk, 0), numbers(chunk, 1), numbers(chunk, 2)];
    for (const [row, a] of left.entries()) yield [a, right[row] ?? a, weights[row] ?? 0];
  }
}

function* nodeRows(nodes: BigUint64Array, rowOf: (node: number) => TableRow | null): Generator<TableRow> {
  for (let node = 0; node < nodes.length; node++) {
    const row = rowOf(node);
    if (row !== null) yield row;
  }
}

function numbers(chunk: ColumnChunk, column: number): number[] {
  return chunk.values(column).map(Number);
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
