/*
 * What waiting for much and what large messages cost with no language on top; every other peer does the same work as
 * this one.
 *
 *   growth <case> <count> <bytes> <key> <directory>
 *
 * Does the case `count` times to warm up, `count` times more on the clock, and prints how many nanoseconds one took.
 *
 *   waiting   `bytes` pipes are waited for; one of them is written to: until its byte is read
 *   receives  `bytes` threads receive from the queue of that key, each another type; one type is sent: until it is here
 *   pipe      `bytes` written to a pipe and read again
 *   socket    the same with a pair of Unix sockets
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include "timed.h"

static char buffer[64 * 1024];
static size_t bytes;
static int queue;
static int (*ends)[2]; /* of pipes or sockets */

/* Which one is next: the same for all peers, and in no order that could suit any of them. */
static long next(void)
{
    static long number = 1;
    number = number * 75 % 65537;
    return number % bytes;
}

static int epoll;

static void make_pipes(long count)
{
    ends = calloc(count, sizeof *ends);
    check(epoll = epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    for (long i = 0; i < count; i++) {
        check(pipe2(ends[i], O_CLOEXEC | O_NONBLOCK), "pipe2");
        struct epoll_event event = { .events = EPOLLIN, .data.fd = ends[i][0] };
        check(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[i][0], &event), "epoll_ctl");
    }
}

static void waiting(long count)
{
    while (count-- > 0) {
        struct epoll_event event;
        check(write(ends[next()][1], buffer, 1), "write");
        check(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
        check(read(event.data.fd, buffer, sizeof buffer), "read");
    }
}

struct message {
    long type;
    char text[1];
};

static sem_t arrived;

static void *receive(void *type)
{
    for (;;) {
        struct message message;
        check(msgrcv(queue, &message, sizeof message.text, (long)type, 0), "msgrcv");
        check(sem_post(&arrived), "sem_post");
    }
}

static void make_threads(long count)
{
    check(sem_init(&arrived, 0, 0), "sem_init");
    for (long type = 1; type <= count; type++) {
        pthread_t thread;
        errno = pthread_create(&thread, NULL, receive, (void *)type);
        check(errno ? -1 : 0, "pthread_create");
    }
}

static void receives(long count)
{
    while (count-- > 0) {
        struct message message = { .type = next() + 1 };
        check(msgsnd(queue, &message, sizeof message.text, 0), "msgsnd");
        check(sem_wait(&arrived), "sem_wait");
    }
}

static void through(long count)
{
    while (count-- > 0) {
        check(write(ends[0][1], buffer, bytes) == (ssize_t)bytes ? 0 : -1, "write");
        for (ssize_t rest = bytes, size; rest > 0; rest -= size)
            check(size = read(ends[0][0], buffer, sizeof buffer), "read");
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: growth <case> <count> <bytes> <key> <directory>\n");
        return 2;
    }
    const char *name = argv[1];
    bytes = atol(argv[3]);
    void (*run)(long count) = through;
    if (strcmp(name, "waiting") == 0) {
        make_pipes(bytes);
        run = waiting;
    } else if (strcmp(name, "receives") == 0) {
        check(queue = msgget(atol(argv[4]), 0), "msgget");
        make_threads(bytes);
        run = receives;
    } else {
        ends = calloc(1, sizeof *ends);
        check(strcmp(name, "pipe") == 0 ? pipe(*ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, *ends), name);
    }
    timed(run, atol(argv[2]));
    return 0;
}
