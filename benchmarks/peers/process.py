# The work of process.c in Python, with its module subprocess.
#
#   python3 process.py <case> <count> <bytes> <command> [<argument>…]
import os
import subprocess
import sys
import time

name, count, size, command = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
held = bytearray(b"x") * size if name == "spawn" else None


def spawn():
    subprocess.Popen(command).wait()


def together():
    for child in [subprocess.Popen(command) for _ in range(size)]:
        child.wait()


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def read():
    buffer = bytearray(64 * 1024)
    total = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as child:
        while part := child.stdout.readinto(buffer):
            total += part
    assert total == size


def capture():
    output = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).stdout
    assert len(output) == size


run = {"spawn": spawn, "together": together, "fork": fork, "read": read, "capture": capture}[name]


def repeat():
    for _ in range(count):
        run()


repeat()
start = time.perf_counter_ns()
repeat()
print((time.perf_counter_ns() - start) / count)
