/*
 * What starting programs and reading from them costs with no language on top; every other peer does the same
 * work as this one.
 *
 *   process <case> <count> <bytes> <command> [<argument>…]
 *
 * Runs the case `count` times to warm up, `count` times more on the clock, and prints how many nanoseconds one
 * took. `bytes` is what the process holds in memory while it starts programs; else how much the command prints;
 * for "together" it is how many children there are at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char **command;
static size_t bytes;

static void check(long result, const char *call)
{
    if (result != -1)
        return;
    perror(call);
    exit(1);
}

static pid_t start(const posix_spawn_file_actions_t *actions)
{
    pid_t pid;
    errno = posix_spawn(&pid, command[0], actions, NULL, command, environ);
    check(errno ? -1 : 0, "posix_spawn");
    return pid;
}

static void wait_for(pid_t pid)
{
    int status;
    check(waitpid(pid, &status, 0), "waitpid");
    check(status ? -1 : 0, "the child");
}

static void hold(void)
{
    char *held = malloc(bytes + 1);
    memset(held, 'x', bytes + 1);
    __asm__ volatile("" : : "r"(held) : "memory");
}

static void spawn(long count)
{
    while (count-- > 0)
        wait_for(start(NULL));
}

static void together(long count)
{
    pid_t *pids = malloc(bytes * sizeof *pids);
    while (count-- > 0) {
        for (size_t i = 0; i < bytes; i++)
            pids[i] = start(NULL);
        for (size_t i = 0; i < bytes; i++)
            wait_for(pids[i]);
    }
    free(pids);
}

static void forks(long count)
{
    while (count-- > 0) {
        pid_t pid = fork();
        check(pid, "fork");
        if (pid == 0)
            _exit(0);
        wait_for(pid);
    }
}

/* The standard output of the command, and its standard error where `errors` is given. */
static pid_t start_piped(int *output, int *errors)
{
    int out[2], err[2];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    check(pipe2(out, O_CLOEXEC), "pipe2");
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    *output = out[0];
    if (errors != NULL) {
        check(pipe2(err, O_CLOEXEC), "pipe2");
        posix_spawn_file_actions_adddup2(&actions, err[1], 2);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        *errors = err[0];
    }
    pid_t pid = start(&actions);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    if (errors != NULL)
        close(err[1]);
    return pid;
}

static void read_all(long count)
{
    static char buffer[64 * 1024];
    while (count-- > 0) {
        int output;
        size_t total = 0;
        pid_t pid = start_piped(&output, NULL);
        for (ssize_t size; (size = read(output, buffer, sizeof buffer)) != 0; total += size)
            check(size, "read");
        close(output);
        wait_for(pid);
        check(total == bytes ? 0 : -1, "the size");
    }
}

struct collected {
    char *memory;
    size_t size, room;
};

/* Adds what is there; 0 at the end. */
static int collect(struct collected *all, int fd)
{
    if (all->size == all->room)
        all->memory = realloc(all->memory, all->room = all->room ? 2 * all->room : 64 * 1024);
    ssize_t size = read(fd, all->memory + all->size, all->room - all->size);
    check(size, "read");
    all->size += size;
    return size != 0;
}

static void capture(long count)
{
    while (count-- > 0) {
        struct collected collected[2] = { 0 };
        struct pollfd ends[2] = { { .events = POLLIN }, { .events = POLLIN } };
        pid_t pid = start_piped(&ends[0].fd, &ends[1].fd);
        for (int open = 2; open > 0;) {
            check(poll(ends, 2, -1), "poll");
            for (int i = 0; i < 2; i++) {
                if (!ends[i].revents || collect(&collected[i], ends[i].fd))
                    continue;
                close(ends[i].fd);
                ends[i].fd = -1;
                open--;
            }
        }
        wait_for(pid);
        check(collected[0].size == bytes ? 0 : -1, "the size");
        free(collected[0].memory);
        free(collected[1].memory);
    }
}

static const struct {
    const char *name;
    void (*run)(long count);
} cases[] = {
    { "spawn", spawn },
    { "together", together },
    { "fork", forks },
    { "read", read_all },
    { "capture", capture },
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 4 && i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(argv[1], cases[i].name) != 0)
            continue;
        long count = atol(argv[2]);
        bytes = atol(argv[3]);
        command = argv + 4;
        if (cases[i].run == spawn)
            hold();

        cases[i].run(count);
        double start = now();
        cases[i].run(count);
        printf("%f\n", (now() - start) / count);
        return 0;
    }
    fprintf(stderr, "usage: process <case> <count> <bytes> <command> [<argument>…]\n");
    return 2;
}
