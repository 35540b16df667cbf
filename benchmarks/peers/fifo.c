/*
 * What FIFOs and file locks cost with no language on top; every other peer does the same work as this one.
 *
 *   fifo <case> <count> <bytes> <this program> <directory>
 *   fifo write <count> <bytes> <directory>   the other end of "read", for all peers: writes `bytes`, 64 KiB at a time
 *   fifo visit <count> <bytes> <directory>   the other end of "serve", for all peers: reads an answer, again and again
 *
 * Runs the case `count` times to warm up, `count` times more on the clock, and prints how many nanoseconds one
 * took. Of "serve" the visitor does that: an operation is to be answered, however many answers a visit may get.
 * The directory has a FIFO "fifo" and a file "file".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include "timed.h"

static char buffer[64 * 1024];
static size_t bytes;
static char *program, *directory;
static int file;

static int open_in_directory(const char *name, int flags)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, flags);
    check(fd, name);
    return fd;
}

static size_t read_all(int fd)
{
    size_t total = 0;
    for (ssize_t size; (size = read(fd, buffer, sizeof buffer)) != 0; total += size)
        check(size, "read");
    check(close(fd), "close");
    return total;
}

static pid_t start_other(char *role, char *count, char *bytes)
{
    return start((char *[]) { program, role, count, bytes, directory, NULL });
}

static void wait_for(pid_t pid)
{
    int status;
    check(waitpid(pid, &status, 0), "waitpid");
    check(status ? -1 : 0, "the other end");
}

static void reading(long count)
{
    char size[32];
    snprintf(size, sizeof size, "%zu", bytes);
    while (count-- > 0) {
        pid_t writer = start_other("write", "1", size);
        check(read_all(open_in_directory("fifo", O_RDONLY)) == bytes ? 0 : -1, "the size");
        wait_for(writer);
    }
}

static void writing(long count)
{
    while (count-- > 0) {
        int fd = open_in_directory("fifo", O_WRONLY);
        ssize_t size;
        for (size_t rest = bytes; rest > 0; rest -= size) {
            size = write(fd, buffer, rest < sizeof buffer ? rest : sizeof buffer);
            check(size, "write");
        }
        check(close(fd), "close");
    }
}

static void visiting(long count)
{
    while (count > 0) {
        size_t size = read_all(open_in_directory("fifo", O_RDONLY));
        check(size % bytes == 0 ? 0 : -1, "the size");
        count -= size > 0; /* a reader that came while the last one was being left gets nothing */
    }
}

/* The page's loop; it sleeps between two answers, which we do not. */
static void serve(void)
{
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = open_in_directory("fifo", O_WRONLY);
        if (write(fd, buffer, bytes) == -1 && errno != EPIPE)
            check(-1, "write");
        check(close(fd), "close");
    }
}

static void locking(long count)
{
    while (count-- > 0) {
        check(flock(file, LOCK_EX | LOCK_NB), "flock");
        check(flock(file, LOCK_UN), "flock");
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: fifo <case> <count> <bytes> <this program> <directory>\n");
        return 2;
    }
    const char *name = argv[1];
    long count = atol(argv[2]);
    bytes = atol(argv[3]);
    program = argv[4];
    directory = argv[argc - 1];
    memset(buffer, 'x', sizeof buffer);
    if (strcmp(name, "read") == 0) {
        timed(reading, count);
    } else if (strcmp(name, "lock") == 0) {
        file = open_in_directory("file", O_RDWR);
        timed(locking, count);
    } else if (strcmp(name, "write") == 0) {
        end_with_parent();
        writing(count);
    } else if (strcmp(name, "visit") == 0) {
        end_with_parent();
        timed(visiting, count);
    } else if (strcmp(name, "serve") == 0) {
        pid_t server = fork();
        check(server, "fork");
        if (server == 0) {
            end_with_parent();
            serve();
        }
        wait_for(start_other("visit", argv[2], argv[3]));
    } else {
        fprintf(stderr, "no case %s\n", name);
        return 2;
    }
    return 0;
}
