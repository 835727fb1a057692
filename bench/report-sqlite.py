"""Loads a CSV into SQLite and runs queries: load and query times (CPU) on one line."""
import csv
import json
import resource
import sqlite3
import sys
import time


def affinity(text):
    if text == "":
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


path, queries = sys.argv[1], json.loads(sys.argv[2])
database = sqlite3.connect(":memory:")
started = time.process_time()
with open(path, newline="", encoding="utf8") as file:
    rows = csv.reader(file)
    names = next(rows)
    columns = ", ".join('"%s" numeric' % name for name in names)
    database.execute(f"create table track ({columns})")
    marks = ", ".join("?" for _ in names)
    database.executemany(f"insert into track values ({marks})", ([affinity(cell) for cell in row] for row in rows))
loaded = time.process_time()
for query in queries:
    database.execute(query).fetchall()
done = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(f"load {loaded - started:.1f} CPU-s, queries {done - loaded:.2f} CPU-s, peak {peak:.0f} MB")
