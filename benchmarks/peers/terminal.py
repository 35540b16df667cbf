# The work of terminal.c with pexpect, without the pause that it makes before it sends.
#
#   python3 terminal.py <case> <count> <bytes>
import sys
import time
import tty

import pexpect

name, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = b"x" * (size - 1) + b"\n"


def trip():
    cat = pexpect.spawn("cat", timeout=10)
    cat.delaybeforesend = None
    tty.setraw(cat.child_fd)

    def run(count):
        for _ in range(count):
            cat.send(line)
            cat.expect_exact(line)

    return run


def spawn():
    def run(count):
        for _ in range(count):
            child = pexpect.spawn("echo", ["ready"], timeout=10)
            child.expect_exact(b"ready")
            child.expect(pexpect.EOF)
            child.wait()

    return run


run = {"trip": trip, "spawn": spawn}[name]()
run(count)
start = time.monotonic()
run(count)
print((time.monotonic() - start) * 1e9 / count)
