"""Makes torrents with libtorrent, as JSON says on standard input, and reads ours.

Input:  {"create": [{"root", "files": [[path, size], ...], "piece_length", "v1_only"}, ...], "load": [base64, ...],
         "magnets": [uri, ...]}
        A path begins with the torrent's name, unless the torrent is that one file. The files lie below "root".
Output: {"version", "created": [base64 of the torrent or null, ...],
         "loaded": [{"v1", "v2", "name", "pieces", "piece_length", "files": [[path, size, offset, pad], ...]}, ...],
         "magnets": [{"v1", "v2", "name"}, ...]}

Flags: none for a hybrid, create_torrent.v1_only for a v1 torrent. Files are added one by one with file_storage.add_file,
so that the order is the caller's and no attribute or time is taken from the disk.
"""
import base64
import json
import sys

import libtorrent as lt


def create(case):
    storage = lt.file_storage()
    for path, size in case["files"]:
        storage.add_file(path, size)
    arguments = [storage, case["piece_length"]]
    if case["v1_only"]:
        arguments.append(lt.create_torrent.v1_only)
    try:
        torrent = lt.create_torrent(*arguments)
        lt.set_piece_hashes(torrent, case["root"])
        return base64.b64encode(lt.bencode(torrent.generate())).decode()
    except RuntimeError:
        return None


def hashes(both):
    return {"v1": str(both.v1) if both.has_v1() else None, "v2": str(both.v2) if both.has_v2() else None}


def load(text):
    info = lt.torrent_info(lt.bdecode(base64.b64decode(text)))
    storage = info.files()
    files = [
        [
            storage.file_path(index),
            storage.file_size(index),
            storage.file_offset(index),
            bool(storage.file_flags(index) & lt.file_storage.flag_pad_file),
        ]
        for index in range(storage.num_files())
    ]
    return {
        **hashes(info.info_hashes()),
        "name": info.name(),
        "pieces": info.num_pieces(),
        "piece_length": info.piece_length(),
        "files": files,
    }


def magnet(uri):
    parameters = lt.parse_magnet_uri(uri)
    return {**hashes(parameters.info_hashes), "name": parameters.name}


job = json.load(sys.stdin)
json.dump(
    {
        "version": lt.__version__,
        "created": [create(case) for case in job["create"]],
        "loaded": [load(text) for text in job["load"]],
        "magnets": [magnet(uri) for uri in job["magnets"]],
    },
    sys.stdout,
)
