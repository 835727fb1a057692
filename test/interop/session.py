"""
A libtorrent session on loopback, without DHT, LSD, UPnP or NAT-PMP.

session.py check TORRENT SAVE_PATH         checks the bytes that are there; prints what it found as one line of JSON
session.py seed TORRENT SAVE_PATH PORT     seeds, and connects to the peer at 127.0.0.1:PORT until standard input ends
session.py serve TORRENT SAVE_PATH [e]      seeds, and prints its port; ends with standard input. With e: encrypted only
session.py fetch SOURCE SAVE_PATH PORT...  downloads the torrent file or magnet link SOURCE from the peers at 127.0.0.1:PORT;
                                           prints what came of it as one line of JSON. With PORT=e: encrypted only;
                                           with PORT=on=NUMBER: listens there, and seeds a while for others like it.
"""
import json, select, sys, time
import libtorrent as lt

CHECK_SECONDS = 120
# Less than a test may take, so that what went wrong is told.
FETCH_SECONDS = 50


def open_session(encryption=lt.enc_policy.disabled, port="0"):
    return lt.session({
        "listen_interfaces": "127.0.0.1:" + port,
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "allow_multiple_connections_per_ip": True,
        "enable_outgoing_utp": False,
        "enable_incoming_utp": False,
        "max_failcount": 1000,
        "min_reconnect_time": 1,
        "in_enc_policy": int(encryption),
        "out_enc_policy": int(encryption),
        "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification
        | lt.alert.category_t.peer_notification,
    })


def add(session, torrent, save_path):
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(torrent)
    parameters.save_path = save_path
    parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    return session.add_torrent(parameters)


def wait_until_checked(session, handle):
    """True when every byte is there; False as soon as libtorrent knows that it is not."""
    end = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < end:
        session.wait_for_alert(500)
        session.pop_alerts()
        status = handle.status()
        if status.state == lt.torrent_status.seeding:
            return True
        if status.errc.value() != 0 or status.state == lt.torrent_status.downloading:
            return False
    return False


def check(torrent, save_path):
    session = open_session()
    handle = add(session, torrent, save_path)
    is_seed = wait_until_checked(session, handle)
    status = handle.status()
    hashes = handle.info_hashes()
    print(json.dumps({
        "isSeed": is_seed,
        "doneBytes": status.total_wanted_done,
        "wantedBytes": status.total_wanted,
        "progressPpm": status.progress_ppm,
        "infohashV1": str(hashes.v1) if hashes.has_v1() else None,
        "infohashV2": str(hashes.v2) if hashes.has_v2() else None,
        "error": status.errc.message() if status.errc.value() else None,
    }))


def seed(torrent, save_path, port):
    session = open_session()
    handle = add(session, torrent, save_path)
    if not wait_until_checked(session, handle):
        sys.exit("the bytes to seed are not whole")
    print("seeding", flush=True)
    # A client that listens is found by connecting to it; it may still be starting, so again and again.
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        handle.connect_peer(("127.0.0.1", int(port)))
        session.pop_alerts()


def fetch(source, save_path, ports):
    encrypted = "e" in ports
    own = [port[3:] for port in ports if port.startswith("on=")]
    others = [port for port in ports if port != "e" and not port.startswith("on=")]
    session = open_session(lt.enc_policy.forced if encrypted else lt.enc_policy.disabled, own[0] if own else "0")
    if source.startswith("magnet:"):
        parameters = lt.parse_magnet_uri(source)
    else:
        parameters = lt.add_torrent_params()
        parameters.ti = lt.torrent_info(source)
    parameters.save_path = save_path
    parameters.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    start = time.monotonic()
    handle = session.add_torrent(parameters)
    problems, goodbyes = [], []
    while time.monotonic() < start + FETCH_SECONDS and not handle.status().is_seeding:
        for port in others:
            handle.connect_peer(("127.0.0.1", int(port)))
        session.wait_for_alert(300)
        alerts = session.pop_alerts()
        problems += [str(alert) for alert in alerts if "error" in alert.what() or "fail" in alert.what()]
        goodbyes += [str(alert) for alert in alerts if alert.what() == "peer_disconnected"]
    status = handle.status()
    # Others may have yet to take from us.
    time.sleep(3 if own else 0)
    print(json.dumps({
        "isSeed": status.is_seeding,
        "doneBytes": status.total_wanted_done,
        "failedBytes": status.total_failed_bytes,
        "seconds": time.monotonic() - start,
        "problems": problems[:5] + ([] if status.is_seeding else [str(status.state)] + goodbyes[:5]),
    }))


def serve(torrent, save_path, encrypted):
    session = open_session(lt.enc_policy.forced if encrypted else lt.enc_policy.disabled)
    handle = add(session, torrent, save_path)
    if not wait_until_checked(session, handle):
        sys.exit("the bytes to seed are not whole")
    print(session.listen_port(), flush=True)
    sys.stdin.read()


if sys.argv[1] == "check":
    check(*sys.argv[2:4])
elif sys.argv[1] == "serve":
    serve(sys.argv[2], sys.argv[3], "e" in sys.argv[4:])
elif sys.argv[1] == "fetch":
    fetch(sys.argv[2], sys.argv[3], sys.argv[4:])
else:
    seed(*sys.argv[2:5])
