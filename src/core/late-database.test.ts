import { expect, test } from "vitest";
import { LateDatabase } from "./late-database.ts";

test("it is the same database each time, also for connections", async () => {
  const late = new LateDatabase({});
  const database = await late.open();
  expect(await late.open()).toBe(database);
  await database.run("create table t as select 7 as a");
  const rows = late.onConnection((own) => own.rows("select a from t"));
  expect(await rows).toEqual([{ a: 7 }]);
  await expect(late.onConnection((own) => own.run("no sql"))).rejects.toThrow("syntax");
  await late.close();
});

test("one that nobody asked for is closed", async () => {
  await new LateDatabase({}).close();
});
