/*
 * What sockets cost with no language on top; every other peer does the same work as this one.
 *
 *   sockets <transport>-<work> <count> <bytes> <this program> <directory> [<where>]
 *   sockets other-<transport>-<role> 0 <bytes> <this program> <directory>   the other end, for all peers
 *
 * Does the work `count` times to warm up, `count` times more on the clock, and prints how many nanoseconds one took.
 * The other end is started and says where it is, a port or a path, on its first line; with <where> it is there already:
 * a server in another language.
 *
 * Transports: tcp, unix (a stream), udp, dgram (Unix datagrams). Works, and the role at the other end:
 *
 *   rt       echo    `bytes` there and back
 *   send     sink    `bytes` there in pieces, then an answer of one byte
 *   receive  source  a request of one byte, then `bytes` back in pieces
 *   alone            `bytes` there and back where both ends are ours, so that nobody is waited for
 *   visit    echo    a connection for one round trip
 *   give     take    a descriptor there, where it is closed
 *   take     give    a descriptor back, which is closed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "timed.h"

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_un un;
};

static char buffer[64 * 1024];
static size_t bytes, piece;
static int fd = -1, their_fd, open_file;
static char *program, *directory, *transport, *where;

static int over(const char *name)
{
    return strcmp(transport, name) == 0;
}

static int new_socket(void)
{
    int family = over("tcp") || over("udp") ? AF_INET : AF_UNIX;
    int made = socket(family, (over("tcp") || over("unix") ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
    check(made, "socket");
    return made;
}

static void no_delay(int fd)
{
    if (over("tcp"))
        check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int) { 1 }, sizeof(int)), "setsockopt");
}

static socklen_t address_of(union address *address, const char *place)
{
    memset(address, 0, sizeof *address);
    if (over("tcp") || over("udp")) {
        address->in.sin_family = AF_INET;
        address->in.sin_port = htons(atoi(place));
        address->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof address->in;
    }
    address->un.sun_family = AF_UNIX;
    strncpy(address->un.sun_path, place, sizeof address->un.sun_path - 1);
    return sizeof address->un;
}

static void connect_there(void)
{
    union address address;
    fd = new_socket();
    if (over("dgram")) { /* the other end answers */
        char path[4096];
        snprintf(path, sizeof path, "%s/client", directory);
        unlink(path);
        socklen_t size = address_of(&address, path);
        check(bind(fd, &address.any, size), "bind");
    }
    socklen_t size = address_of(&address, where);
    check(connect(fd, &address.any, size), "connect");
    no_delay(fd);
}

static void write_all(size_t size)
{
    for (ssize_t written; size > 0; size -= written) {
        written = write(fd, buffer, size < piece ? size : piece);
        check(written, "write");
    }
}

static void read_all(size_t size)
{
    for (ssize_t got; size > 0; size -= got) {
        got = read(fd, buffer, sizeof buffer);
        check(got > 0 ? got : -1, "read");
    }
}

static void rt(void)
{
    write_all(bytes);
    read_all(bytes);
}

static void sending(void)
{
    write_all(bytes);
    read_all(1);
}

static void receiving(void)
{
    write_all(1);
    read_all(bytes);
}

static void alone(void)
{
    write_all(bytes);
    check(read(their_fd, buffer, sizeof buffer), "read");
    check(write(their_fd, buffer, bytes), "write");
    read_all(bytes);
}

static void visit(void)
{
    connect_there();
    rt();
    check(close(fd), "close");
}

static union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
} control;
static struct iovec iovec = { buffer, 1 };

static void give(void)
{
    struct msghdr message = { .msg_iov = &iovec, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    control.header = (struct cmsghdr) { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    memcpy(CMSG_DATA(&control.header), &open_file, sizeof open_file);
    if (sendmsg(fd, &message, MSG_NOSIGNAL) == -1)
        exit(errno == EPIPE || errno == ECONNRESET ? 0 : 1); /* who takes them has enough */
}

static void take(void)
{
    struct msghdr message = { .msg_iov = &iovec, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t size = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    check(size, "recvmsg");
    if (size == 0)
        exit(0);
    int received;
    memcpy(&received, CMSG_DATA(&control.header), sizeof received);
    check(close(received), "close");
}

static void (*work)(void);

static void repeat(long count)
{
    while (count-- > 0)
        work();
}

static void play(const char *role)
{
    size_t rest = 0;
    for (ssize_t size;;) {
        if (strcmp(role, "take") == 0) {
            take();
            continue;
        }
        if (strcmp(role, "give") == 0) {
            give();
            continue;
        }
        if ((size = read(fd, buffer, sizeof buffer)) <= 0)
            return;
        if (strcmp(role, "echo") == 0)
            write_all(size);
        else if (strcmp(role, "source") == 0)
            write_all(bytes);
        else
            for (rest += size; rest >= bytes; rest -= bytes)
                check(write(fd, buffer, 1), "write");
    }
}

static int streams(void)
{
    return over("tcp") || over("unix");
}

/* A server, which says where it is. */
static int listening(char place[4096])
{
    snprintf(place, 4096, "%s/server", directory);
    unlink(place);
    union address address;
    socklen_t size = address_of(&address, over("tcp") || over("udp") ? "0" : place);
    int server = new_socket();
    check(bind(server, &address.any, size), "bind");
    if (streams())
        check(listen(server, 128), "listen");
    check(getsockname(server, &address.any, &size), "getsockname");
    if (over("tcp") || over("udp"))
        snprintf(place, 4096, "%d", ntohs(address.in.sin_port));
    return server;
}

static int accepted(int server)
{
    int made = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    check(made, "accept4");
    no_delay(made);
    return made;
}

/* Has a server for datagrams speak to whoever has sent it one. */
static void answer_first(int server)
{
    union address address;
    socklen_t size = sizeof address;
    check(recvfrom(server, buffer, 1, MSG_PEEK, &address.any, &size), "recvfrom");
    check(connect(server, &address.any, size), "connect");
}

static void other_end(const char *role)
{
    end_with_parent();
    static char place[4096];
    int server = listening(place);
    printf("%s\n", place);
    fflush(stdout);
    if (!streams()) {
        answer_first(fd = server);
        play(role);
    }
    for (;;) {
        fd = accepted(server);
        play(role);
        check(close(fd), "close");
    }
}

static void start_alone(void)
{
    static char place[4096];
    int server = listening(where = place);
    connect_there();
    if (streams()) {
        their_fd = accepted(server);
        return;
    }
    check(write(fd, buffer, 1), "write");
    answer_first(their_fd = server);
    check(read(their_fd, buffer, 1), "read");
}

static void start_other(const char *role, char *size)
{
    int ends[2];
    static char place[4096];
    check(pipe(ends), "pipe");
    pid_t pid = fork();
    check(pid, "fork");
    if (pid == 0) {
        char name[64];
        snprintf(name, sizeof name, "other-%s-%s", transport, role);
        check(dup2(ends[1], 1), "dup2");
        execl(program, program, name, "0", size, program, directory, NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    check(fgets(place, sizeof place, said) ? 0 : -1, "the other end");
    place[strcspn(place, "\n")] = 0;
    where = place;
}

static const struct {
    const char *name, *role;
    void (*work)(void);
} works[] = {
    { "rt", "echo", rt },
    { "send", "sink", sending },
    { "receive", "source", receiving },
    { "alone", NULL, alone },
    { "visit", "echo", visit },
    { "give", "take", give },
    { "take", "give", take },
};

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: sockets <case> <count> <bytes> <this program> <directory> [<where>]\n");
        return 2;
    }
    bytes = atol(argv[3]);
    program = argv[4];
    directory = argv[5];
    where = argv[6];
    char *name = strtok(argv[1], "-");
    int other = strcmp(name, "other") == 0;
    transport = other ? strtok(NULL, "-") : name;
    name = strtok(NULL, "-");
    piece = over("udp") ? 1024 : over("dgram") ? 64 : sizeof buffer;
    memset(buffer, 'x', sizeof buffer);
    check(open_file = open("/dev/null", O_RDWR | O_CLOEXEC), "open");
    if (other)
        other_end(name);
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (strcmp(name, works[i].name) != 0)
            continue;
        work = works[i].work;
        if (work == alone)
            start_alone();
        else if (where == NULL)
            start_other(works[i].role, argv[3]);
        if (work != visit && work != alone)
            connect_there();
        timed(repeat, atol(argv[2]));
        return 0;
    }
    fprintf(stderr, "no case %s\n", name);
    return 2;
}
