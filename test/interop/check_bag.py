"""Checks a BagIt 1.0 bag (RFC 8493) with nothing but the standard library: check_bag.py BAG"""
import hashlib, os, re, sys, urllib.parse

bag, faults = sys.argv[1], []

def lines(name):
    with open(os.path.join(bag, name), encoding="utf-8", newline="") as file:
        return file.read().splitlines()

def digest(path):
    with open(os.path.join(bag, path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

def manifest(name):
    entries = {}
    for line in lines(name):
        found = re.fullmatch(r"([0-9a-f]{64})\s+(\S.*)", line)
        path = re.sub("%(0A|0D|25)", lambda code: urllib.parse.unquote(code[0]), found[2]) if found else line
        if not found or path in entries or path.startswith(("/", "~")) or ".." in path.split("/"):
            faults.append(f"{name}: bad line {line!r}")
        else:
            entries[path] = found[1]
            if not os.path.isfile(os.path.join(bag, path)) or digest(path) != found[1]:
                faults.append(f"{name}: {path} is missing or changed")
    return entries

if lines("bagit.txt") != ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"]:
    faults.append("bagit.txt: not that of BagIt 1.0")
payload, tags = manifest("manifest-sha256.txt"), manifest("tagmanifest-sha256.txt")
found = [os.path.relpath(os.path.join(root, name), bag) for root, _, names in os.walk(bag) for name in names]
faults += [f"{path}: not in a manifest" for path in found if path not in payload | tags and path != "tagmanifest-sha256.txt"]
sizes = [os.path.getsize(os.path.join(bag, path)) for path in payload]
if f"Payload-Oxum: {sum(sizes)}.{len(sizes)}" not in lines("bag-info.txt"):
    faults.append("bag-info.txt: Payload-Oxum is not that of the payload")
print("\n".join(faults) or f"valid: {len(payload)} payload files, {len(tags)} tag files")
sys.exit(1 if faults else 0)
