/*
 * What the programs in C have in common that measure signals, FIFOs and sockets.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(long result, const char *call)
{
    if (result != -1)
        return;
    perror(call);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

/* Runs a case `count` times to warm up, `count` times more on the clock, and prints the time of one. */
static void timed(void (*run)(long count), long count)
{
    run(count);
    double start = now();
    run(count);
    printf("%f\n", (now() - start) / count);
}

/* The program at the other end ends with the one that is measured. */
static void end_with_parent(void)
{
    check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
}

static inline pid_t start(char *const command[])
{
    pid_t pid = fork();
    check(pid, "fork");
    if (pid == 0) {
        execv(command[0], command);
        _exit(127);
    }
    return pid;
}
