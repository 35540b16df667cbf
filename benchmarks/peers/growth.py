# The work of growth.c in Python: selectors for many pipes, threads for many receives.
#
#   python3 growth.py <case> <count> <bytes> <key> <directory>
import os
import queue
import selectors
import socket
import sys
import threading
import time

import sysv_ipc

name, count, size, key = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
text = b"x" * size
number = 1


# Which one is next, as in growth.c.
def next_one():
    global number
    number = number * 75 % 65537
    return number % size


# Each case opens what it needs and returns its operation.
def waiting():
    selector = selectors.DefaultSelector()
    writers = []
    for _ in range(size):
        reader, writer = os.pipe()
        selector.register(reader, selectors.EVENT_READ)
        writers.append(writer)

    def operation():
        os.write(writers[next_one()], b"x")
        for ready, _ in selector.select():
            os.read(ready.fd, 1)

    return operation


def receives():
    messages = sysv_ipc.MessageQueue(key)
    arrived = queue.SimpleQueue()

    def receive(type):
        while True:
            arrived.put(messages.receive(True, type))

    for i in range(size):
        threading.Thread(target=receive, args=(i + 1,), daemon=True).start()

    def operation():
        messages.send(b"x", True, next_one() + 1)
        arrived.get()

    return operation


def through(write, read):
    def operation():
        assert write(text) == size
        rest = size
        while rest > 0:
            rest -= len(read(65536))

    return operation


def pipe():
    reader, writer = os.pipe()
    return through(lambda data: os.write(writer, data), lambda room: os.read(reader, room))


def sockets():
    reader, writer = socket.socketpair()
    return through(writer.send, reader.recv)


def repeat():
    for _ in range(count):
        operation()


operation = {"waiting": waiting, "receives": receives, "pipe": pipe, "socket": sockets}[name]()
repeat()
start = time.perf_counter_ns()
repeat()
print((time.perf_counter_ns() - start) / count, flush=True)
os._exit(0)  # whatever is still waited for
