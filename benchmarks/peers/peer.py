# The work of peer.c in Python, with the package sysv_ipc (Debian's python3-sysv-ipc).
#
#   python3 peer.py <case> <count> <bytes> <key> [<second key>]
import sys
import time

import sysv_ipc

name, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
keys = [int(key) for key in sys.argv[4:]]
text = b"x" * size


# Each case opens what it needs and returns its loop.
def exchange(sent_type, received_type):
    queue = sysv_ipc.MessageQueue(keys[0], max_message_size=8192)
    send, receive = queue.send, queue.receive

    def run(count):
        for _ in range(count):
            send(text, True, sent_type)
            message, type = receive(True, received_type)

    return run


def pong():
    queue = sysv_ipc.MessageQueue(keys[0], max_message_size=8192)
    send, receive = queue.send, queue.receive

    def run(count):
        for _ in range(count):
            message, type = receive(True, 1)
            send(text, True, 2)

    return run


def alternate(first, second):
    def run(count):
        for _ in range(count):
            first()
            second()

    return run


def semaphore():
    one = sysv_ipc.Semaphore(keys[0])
    return alternate(one.release, one.acquire)


def give():
    return alternate(sysv_ipc.Semaphore(keys[0]).release, sysv_ipc.Semaphore(keys[1]).acquire)


def take():
    return alternate(sysv_ipc.Semaphore(keys[0]).acquire, sysv_ipc.Semaphore(keys[1]).release)


def memory():
    segment = sysv_ipc.SharedMemory(keys[0])
    write, read = segment.write, segment.read

    def run(count):
        for _ in range(count):
            write(text, 0)
            read(size, 0)

    return run


def copy():
    write = sysv_ipc.SharedMemory(keys[0]).write

    def run(count):
        for _ in range(count):
            write(text, 0)

    return run


cases = {
    "queue": lambda: exchange(1, 1),
    "ping": lambda: exchange(1, 2),
    "pong": pong,
    "semaphore": semaphore,
    "give": give,
    "take": take,
    "memory": memory,
    "copy": copy,
}

run = cases[name]()
run(count)
start = time.perf_counter_ns()
run(count)
print((time.perf_counter_ns() - start) / count)
