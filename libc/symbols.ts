/**
 * Every C function that this library calls: its prototype once, and beside it what `Deno.dlopen`
 * must know. Groups are opened together at first use, since each symbol costs about 0.1 ms.
 *
 * Rules of the table: every pointer that we own is a `buffer`, every address that C owns is a `u64`
 * (pointer objects need unscoped FFI permission); a size is `usize` and gets a BigInt, since a number
 * there leaves the fast path; a `ssize_t` that fits is read as `i32`. A name that ends in `Parked`
 * is the same function on another thread: its errno is lost.
 */
import { variadic } from "./variadic.ts";

/** The table: a group of symbols for each thing one does with the C library. */
export const symbols = {
  base: {
    // int *__errno_location(void);
    __errno_location: { parameters: [], result: "u64" },
    // void *memmove(void *dest, const void *src, size_t n);
    memmoveFrom: { name: "memmove", parameters: ["buffer", "u64", "usize"], result: "void" },
  },
  files: {
    // key_t ftok(const char *pathname, int proj_id);
    ftok: { parameters: ["buffer", "i32"], result: "i32" },
  },
  processes: {
    // int kill(pid_t pid, int sig);
    kill: { parameters: ["i32", "i32"], result: "i32" },
  },
  queues: {
    // int msgget(key_t key, int msgflg);
    msgget: { parameters: ["i32", "i32"], result: "i32" },
    // int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg);
    msgsnd: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    // ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg);
    msgrcv: { parameters: ["i32", "buffer", "usize", "i64", "i32"], result: "i32" },
    // int msgctl(int msqid, int cmd, struct msqid_ds *buf);
    msgctl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  },
  queuesParked: {
    msgsndParked: {
      name: "msgsnd",
      parameters: ["i32", "buffer", "usize", "i32"],
      result: "i32",
      nonblocking: true,
    },
    msgrcvParked: {
      name: "msgrcv",
      parameters: ["i32", "buffer", "usize", "i64", "i32"],
      result: "i32",
      nonblocking: true,
    },
  },
  semaphores: {
    // int semget(key_t key, int nsems, int semflg);
    semget: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int semop(int semid, struct sembuf *sops, size_t nsops);
    semop: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    // int semtimedop(int semid, struct sembuf *sops, size_t nsops, const struct timespec *timeout);
    semtimedop: { parameters: ["i32", "buffer", "usize", "buffer"], result: "i32" },
    ...variadic.semaphores,
  },
  semaphoresParked: {
    semopParked: {
      name: "semop",
      parameters: ["i32", "buffer", "usize"],
      result: "i32",
      nonblocking: true,
    },
  },
  memory: {
    // int shmget(key_t key, size_t size, int shmflg);
    shmget: { parameters: ["i32", "usize", "i32"], result: "i32" },
    // void *shmat(int shmid, const void *shmaddr, int shmflg);
    shmat: { parameters: ["i32", "u64", "i32"], result: "u64" },
    // int shmdt(const void *shmaddr);
    shmdt: { parameters: ["u64"], result: "i32" },
    memmoveTo: { name: "memmove", parameters: ["u64", "buffer", "usize"], result: "void" },
    // int shmctl(int shmid, int cmd, struct shmid_ds *buf);
    shmctl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  },
  threads: {
    // pid_t getpid(void);
    getpid: { parameters: [], result: "i32" },
    // int tgkill(pid_t tgid, pid_t tid, int sig);
    tgkill: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);
    sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // void *dlsym(void *handle, const char *symbol);
    dlsym: { parameters: ["u64", "buffer"], result: "u64" },
    // ssize_t getdents64(int fd, void *dirp, size_t count);
    getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  },
  descriptors: {
    // ssize_t read(int fd, void *buf, size_t count);
    read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    // ssize_t write(int fd, const void *buf, size_t count);
    write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    // int close(int fd);
    close: { parameters: ["i32"], result: "i32" },
    // int pipe2(int pipefd[2], int flags);
    pipe2: { parameters: ["buffer", "i32"], result: "i32" },
    // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
    poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
    ...variadic.descriptors,
  },
  reactor: {
    // int epoll_create1(int flags);
    epoll_create1: { parameters: ["i32"], result: "i32" },
    // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
    epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
    // int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);
    epoll_waitParked: {
      name: "epoll_wait",
      parameters: ["i32", "buffer", "i32", "i32"],
      result: "i32",
      nonblocking: true,
    },
    // int eventfd(unsigned int initval, int flags);
    eventfd: { parameters: ["u32", "i32"], result: "i32" },
  },
} as const satisfies Record<string, Deno.ForeignLibraryInterface>;
