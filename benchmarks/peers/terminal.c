/*
 * What is measured of terminals, in C and without any search but for what is awaited.
 *
 *   terminal trip <count> <bytes>    types a line into a raw terminal in which cat runs, until it has come back
 *   terminal spawn <count> <bytes>   starts echo in a terminal, waits for what it prints and for its end
 */
#define _GNU_SOURCE
#include <pty.h>
#include <string.h>
#include <termios.h>

#include "timed.h"

static size_t bytes;
static char line[1 << 16], seen[1 << 17];
static int cat;

static int start_in_terminal(pid_t *pid, const struct termios *settings, char *const command[])
{
    int master;
    *pid = forkpty(&master, NULL, settings, NULL);
    check(*pid, "forkpty");
    if (*pid == 0) {
        execv(command[0], command);
        _exit(127);
    }
    return master;
}

static void await(int master, const char *wanted, size_t size)
{
    size_t used = 0;
    while (memmem(seen, used, wanted, size) == NULL) {
        ssize_t more = read(master, seen + used, sizeof seen - used);
        check(more, "read");
        used += more;
    }
}

static void trip(long count)
{
    while (count-- > 0) {
        check(write(cat, line, bytes), "write");
        await(cat, line, bytes);
    }
}

static void spawn(long count)
{
    char *const command[] = {"/bin/echo", "ready", NULL};
    while (count-- > 0) {
        pid_t pid;
        int master = start_in_terminal(&pid, NULL, command);
        await(master, "ready", 5);
        while (read(master, seen, sizeof seen) > 0)
            ;
        check(close(master), "close");
        check(waitpid(pid, NULL, 0), "waitpid");
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: terminal <case> <count> <bytes>\n");
        return 2;
    }
    bytes = atol(argv[3]);
    memset(line, 'x', bytes);
    line[bytes - 1] = '\n';
    if (strcmp(argv[1], "trip") == 0) {
        char *const command[] = {"/bin/cat", NULL};
        struct termios raw;
        pid_t pid;
        memset(&raw, 0, sizeof raw);
        cfmakeraw(&raw);
        raw.c_cflag |= CREAD;
        raw.c_cc[VMIN] = 1;
        cat = start_in_terminal(&pid, &raw, command);
        timed(trip, atol(argv[2]));
    } else if (strcmp(argv[1], "spawn") == 0) {
        timed(spawn, atol(argv[2]));
    } else {
        fprintf(stderr, "no case %s\n", argv[1]);
        return 2;
    }
    return 0;
}
