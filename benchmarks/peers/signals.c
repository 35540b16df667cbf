/*
 * What signals cost with no language on top; every other peer does the same work as this one.
 *
 *   signals <case> <count> <signal> <this program>
 *   signals echo                                     the other end of a round trip, for all peers
 *
 * Runs the case `count` times to warm up, `count` times more on the clock, and prints how many nanoseconds one
 * took. The other end answers its parent's SIGUSR2 with the same, and sends one first when it is ready.
 */
#define _GNU_SOURCE
#include <string.h>
#include "timed.h"

static volatile sig_atomic_t came;
static pid_t other;
static sigset_t wanted, none;

static void handle(int number)
{
    came = number;
}

static void block(int number)
{
    sigaddset(&wanted, number);
    check(sigprocmask(SIG_BLOCK, &wanted, NULL), "sigprocmask");
}

static void take(siginfo_t *info)
{
    check(sigwaitinfo(&wanted, info), "sigwaitinfo");
}

static void echo(void)
{
    end_with_parent();
    block(SIGUSR2);
    for (siginfo_t info;; take(&info))
        check(kill(getppid(), SIGUSR2), "kill");
}

static void start_echo(char *program)
{
    other = start((char *[]) { program, "echo", NULL });
}

static void await_handled(void)
{
    while (!came)
        sigsuspend(&none);
    came = 0;
}

static void handled(long count)
{
    while (count-- > 0) {
        check(kill(other, SIGUSR2), "kill");
        await_handled();
    }
}

static void taken(long count)
{
    siginfo_t info;
    while (count-- > 0) {
        check(kill(other, SIGUSR2), "kill");
        take(&info);
    }
}

static void raised(long count)
{
    while (count-- > 0) {
        check(kill(getpid(), SIGUSR2), "kill");
        if (!came)
            check(-1, "the signal");
        came = 0;
    }
}

static void ignored(long count)
{
    while (count-- > 0)
        check(sigqueue(getpid(), SIGUSR2, (union sigval) { .sival_int = 4711 }), "sigqueue");
}

static void queued(long count)
{
    siginfo_t info;
    while (count-- > 0) {
        check(sigqueue(getpid(), SIGRTMIN + 1, (union sigval) { .sival_int = 4711 }), "sigqueue");
        take(&info);
    }
}

static void before_handled(char *program)
{
    signal(SIGUSR2, handle);
    block(SIGUSR2);
    start_echo(program);
    await_handled();
}

static void before_taken(char *program)
{
    siginfo_t info;
    block(SIGUSR2);
    start_echo(program);
    take(&info);
}

static void before_raised(char *program) { signal(SIGUSR2, handle); }
static void before_ignored(char *program) { signal(SIGUSR2, SIG_IGN); }
static void before_queued(char *program) { block(SIGRTMIN + 1); }

static const struct {
    const char *name;
    void (*before)(char *program);
    void (*run)(long count);
} cases[] = {
    { "handle", before_handled, handled },
    { "wait", before_taken, taken },
    { "raise", before_raised, raised },
    { "queue", before_ignored, ignored },
    { "queue-wait", before_queued, queued },
};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "echo") == 0)
        echo();
    for (size_t i = 0; argc > 4 && i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(argv[1], cases[i].name) != 0)
            continue;
        cases[i].before(argv[4]);
        timed(cases[i].run, atol(argv[2]));
        return 0;
    }
    fprintf(stderr, "usage: signals <case> <count> <signal> <this program>\n");
    return 2;
}
