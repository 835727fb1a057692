"""
libtorrent for bench/swarm-seed.ts, on loopback, no DHT, LSD, UPnP or NAT-PMP.

swarm-peer.py create FOLDER NAME PIECE_BYTES TORRENT   a hybrid torrent of FOLDER/NAME
swarm-peer.py seed TORRENT SAVE_PATH                   prints the port; ends with standard input, and prints its cost as JSON
swarm-peer.py fetch TORRENT SAVE_PATH PORT             downloads from 127.0.0.1:PORT; prints its cost as JSON
"""
import json, os, resource, sys, time
import libtorrent as lt


def session():
    return lt.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
        "enable_natpmp": False, "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "allow_multiple_connections_per_ip": True, "in_enc_policy": int(lt.enc_policy.disabled),
        "out_enc_policy": int(lt.enc_policy.disabled),
        "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
    })


def add(ses, torrent, save_path, seed):
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(torrent)
    parameters.save_path = save_path
    parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if seed:
        parameters.flags |= lt.torrent_flags.seed_mode
    return ses.add_torrent(parameters)


def cost(**more):
    used = resource.getrusage(resource.RUSAGE_SELF)
    anonymous = [line for line in open("/proc/self/smaps_rollup") if line.startswith("Anonymous:")]
    print(json.dumps({"cpuSeconds": used.ru_utime + used.ru_stime, "residentBytes": used.ru_maxrss * 1024,
                      "anonymousBytes": int(anonymous[0].split()[1]) * 1024, **more}), flush=True)


def create(folder, name, piece_bytes, torrent):
    storage = lt.file_storage()
    lt.add_files(storage, os.path.join(folder, name))
    made = lt.create_torrent(storage, int(piece_bytes))
    lt.set_piece_hashes(made, folder)
    with open(torrent, "wb") as file:
        file.write(lt.bencode(made.generate()))


def seed(torrent, save_path):
    ses = session()
    handle = add(ses, torrent, save_path, True)
    while not handle.status().is_seeding:
        time.sleep(0.05)
    print(ses.listen_port(), flush=True)
    sys.stdin.read()
    cost()


def fetch(torrent, save_path, port):
    ses = session()
    handle = add(ses, torrent, save_path, False)
    start = time.monotonic()
    handle.connect_peer(("127.0.0.1", int(port)))
    while not handle.status().is_seeding:
        ses.wait_for_alert(20)
        ses.pop_alerts()
    cost(seconds=time.monotonic() - start, failedBytes=handle.status().total_failed_bytes)


{"create": create, "seed": seed, "fetch": fetch}[sys.argv[1]](*sys.argv[2:])
