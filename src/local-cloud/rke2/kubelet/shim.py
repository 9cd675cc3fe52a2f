"""What keeps containers alive while RKE2 is stopped: one process a node that answers HTTP inside the pods' network namespaces.

It takes one JSON line a connection on its socket (argv[1]):
  {"op": "listen", "id": …, "netns": PATH or null, "port": N, "kind": "health" | "netexec", "hostname": …}
  {"op": "close", "id": …}
and answers {"ok": true} or {"error": …}.
"""
import ctypes
import json
import os
import socket
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
listeners = {}


def enter(netns):
    """Moves the calling thread, and no other, into a network namespace."""
    if netns is None:
        return
    handle = os.open(netns, os.O_RDONLY)
    try:
        if LIBC.setns(handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'setns ' + netns)
    finally:
        os.close(handle)


def fetch(host, port, path):
    with socket.create_connection((host, port), timeout=3) as connection:
        connection.settimeout(3)
        connection.sendall(f'GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n'.encode())
        answer = b''
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b'\r\n\r\n')
    if b' 200 ' not in head.split(b'\r\n')[0] + b' ':
        raise OSError(head.split(b'\r\n')[0].decode())
    return body.decode()


def dial(query):
    """agnhost's /dial: asks another pod from inside this one."""
    one = lambda name, default='': query.get(name, [default])[0]
    result = {'responses': [], 'errors': []}
    for _ in range(int(one('tries', '1'))):
        try:
            result['responses'].append(fetch(one('host'), int(one('port')), '/' + one('request')))
        except (OSError, ValueError) as error:
            result['errors'].append(str(error))
    return json.dumps({key: value for key, value in result.items() if value})


def respond(spec, path, peer):
    if spec['kind'] == 'health':
        return 200, '{"local":{"name":"' + spec['hostname'] + '"}}' if path == '/hello' else ''
    url = urlsplit(path)
    query = parse_qs(url.query)
    routes = {
        '/': lambda: 'NOW: ' + time.strftime('%Y-%m-%d %H:%M:%S'),
        '/hostname': lambda: spec['hostname'],
        '/hostName': lambda: spec['hostname'],
        '/healthz': lambda: '',
        '/clientip': lambda: f'{peer[0]}:{peer[1]}',
        '/echo': lambda: query.get('msg', [''])[0],
        '/dial': lambda: dial(query),
    }
    route = routes.get(url.path)
    return (200, route()) if route else (404, '404 page not found\n')


def serve_one(spec, connection, peer):
    with connection:
        try:
            enter(spec['netns'])
            connection.settimeout(5)
            request = connection.recv(65536).decode('latin-1')
            path = request.split(' ')[1] if request.count(' ') > 1 else '/'
            status, body = respond(spec, path, peer)
            encoded = body.encode()
            connection.sendall(
                f'HTTP/1.1 {status} {"OK" if status == 200 else "Not Found"}\r\nContent-Type: text/plain\r\n'
                f'Content-Length: {len(encoded)}\r\nConnection: close\r\n\r\n'.encode() + encoded
            )
        except OSError:
            pass


def accept_all(spec, listener):
    while True:
        try:
            connection, peer = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve_one, args=(spec, connection, peer), daemon=True).start()


def open_listener(spec, outcome):
    try:
        enter(spec['netns'])
        listener = socket.create_server(('0.0.0.0', spec['port']), reuse_port=False)
        listeners[spec['id']] = listener
        threading.Thread(target=accept_all, args=(spec, listener), daemon=True).start()
    except OSError as error:
        outcome['error'] = str(error)


def close(identity):
    listener = listeners.pop(identity, None)
    if listener:
        # A thread that waits in accept() is woken by shutdown, not by close.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def handle(order):
    close(order['id'])
    outcome = {}
    if order['op'] == 'listen':
        opener = threading.Thread(target=open_listener, args=(order, outcome))
        opener.start()
        opener.join()
    return outcome or {'ok': True}


def main(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    threading.stack_size(256 * 1024)
    control = socket.socket(socket.AF_UNIX)
    control.bind(path)
    control.listen(16)
    while True:
        connection, _ = control.accept()
        with connection:
            try:
                line = connection.makefile().readline()
                connection.sendall((json.dumps(handle(json.loads(line))) + '\n').encode())
            except (OSError, ValueError):
                pass


main(sys.argv[1])
