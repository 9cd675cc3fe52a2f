# The notification sockets of all machines (sd_notify(3)): node.js has no datagram Unix sockets. Each line of standard
# input is [path, whether to listen there]; each line of standard output is [path, pid of the sender, message], or [path]
# when it listens. Ends with standard input.
import json
import os
import selectors
import socket
import struct
import sys

CREDENTIALS = struct.Struct("3i")
DESCRIPTORS = 16

sockets = {}
pending = b""
selector = selectors.DefaultSelector()


def say(*words):
    print(json.dumps(words), flush=True)


def listen(path):
    close(path)
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    receiver.bind(path)
    os.chmod(path, 0o666)
    sockets[path] = receiver
    selector.register(receiver, selectors.EVENT_READ, path)
    say(path)


def close(path):
    receiver = sockets.pop(path, None)
    if receiver:
        selector.unregister(receiver)
        receiver.close()
    if os.path.lexists(path):
        os.unlink(path)


def receive(path):
    room = socket.CMSG_SPACE(CREDENTIALS.size) + socket.CMSG_SPACE(4 * DESCRIPTORS)
    message, ancillary, _, _ = sockets[path].recvmsg(65536, room)
    pid = 0
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            # The kernel has translated it into this process's pid namespace.
            pid = CREDENTIALS.unpack_from(data)[0]
        elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            # A descriptor store (FDSTORE=1) is not kept.
            for (descriptor,) in struct.iter_unpack("i", data[: len(data) // 4 * 4]):
                os.close(descriptor)
    say(path, pid, message.decode("utf-8", "replace"))


def read_orders():
    global pending
    chunk = os.read(sys.stdin.fileno(), 65536)
    if not chunk:
        sys.exit(0)
    *lines, pending = (pending + chunk).split(b"\n")
    for line in lines:
        path, wanted = json.loads(line)
        (listen if wanted else close)(path)


selector.register(sys.stdin, selectors.EVENT_READ, None)
while True:
    for key, _ in selector.select():
        if key.data is None:
            read_orders()
        elif key.data in sockets:
            receive(key.data)
