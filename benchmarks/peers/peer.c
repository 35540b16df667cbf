/*
 * What System V costs with no language on top; every other peer does the same work as this one.
 *
 *   peer <case> <count> <bytes> <key> [<second key>]
 *
 * Runs the case `count` times to warm up, `count` times more on the clock, and prints how many
 * nanoseconds one took. All objects exist already: the runner makes and removes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

static struct message {
    long type;
    char text[8192];
} outgoing, incoming;

static size_t bytes;
static int first, second;         /* the objects' identifiers */
static char *segment;             /* where shared memory is attached */
static char mine[1 << 20];        /* what is copied into it, and out again */

static void check(long result, const char *call)
{
    if (result != -1)
        return;
    perror(call);
    exit(1);
}

static void send(long type)
{
    outgoing.type = type;
    check(msgsnd(first, &outgoing, bytes, 0), "msgsnd");
}

static void receive(long type)
{
    check(msgrcv(first, &incoming, sizeof incoming.text, type, 0), "msgrcv");
}

static void change(int semaphore, short delta)
{
    struct sembuf operation = { .sem_num = 0, .sem_op = delta };
    check(semop(semaphore, &operation, 1), "semop");
}

static void queue(long count)
{
    while (count-- > 0) {
        send(1);
        receive(1);
    }
}

static void ping(long count)
{
    while (count-- > 0) {
        send(1);
        receive(2);
    }
}

static void pong(long count)
{
    while (count-- > 0) {
        receive(1);
        send(2);
    }
}

static void semaphore(long count)
{
    while (count-- > 0) {
        change(first, 1);
        change(first, -1);
    }
}

static void give(long count)
{
    while (count-- > 0) {
        change(first, 1);
        change(second, -1);
    }
}

static void take(long count)
{
    while (count-- > 0) {
        change(first, -1);
        change(second, 1);
    }
}

/* Without it the compiler would leave out copies that nobody looks at. */
static void looked_at(void)
{
    __asm__ volatile("" ::: "memory");
}

static void memory(long count)
{
    while (count-- > 0) {
        memcpy(segment, mine, bytes);
        looked_at();
        memcpy(mine, segment, bytes);
        looked_at();
    }
}

static void copy(long count)
{
    while (count-- > 0) {
        memcpy(segment, mine, bytes);
        looked_at();
    }
}

static int open_queue(key_t key) { return msgget(key, 0); }
static int open_semaphore(key_t key) { return semget(key, 0, 0); }
static int open_memory(key_t key)
{
    int id = shmget(key, 0, 0);
    segment = shmat(id, NULL, 0);
    return segment == (void *) -1 ? -1 : id;
}

static const struct {
    const char *name;
    int (*open)(key_t key);
    void (*run)(long count);
} cases[] = {
    { "queue", open_queue, queue },
    { "ping", open_queue, ping },
    { "pong", open_queue, pong },
    { "semaphore", open_semaphore, semaphore },
    { "give", open_semaphore, give },
    { "take", open_semaphore, take },
    { "memory", open_memory, memory },
    { "copy", open_memory, copy },
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
        check(first = cases[i].open(atol(argv[4])), "open");
        if (argc > 5)
            check(second = cases[i].open(atol(argv[5])), "open");
        memset(outgoing.text, 'x', sizeof outgoing.text);
        memset(mine, 'x', sizeof mine);

        cases[i].run(count);
        double start = now();
        cases[i].run(count);
        printf("%f\n", (now() - start) / count);
        return 0;
    }
    fprintf(stderr, "usage: peer <case> <count> <bytes> <key> [<second key>]\n");
    return 2;
}
