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
  linking: {
    // void *dlsym(void *handle, const char *symbol);
    dlsym: { parameters: ["u64", "buffer"], result: "u64" },
  },
  files: {
    // key_t ftok(const char *pathname, int proj_id);
    ftok: { parameters: ["buffer", "i32"], result: "i32" },
  },
  paths: {
    // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *buf);
    statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
    // int access(const char *pathname, int mode);
    access: { parameters: ["buffer", "i32"], result: "i32" },
    // char *getcwd(char *buf, size_t size);
    getcwd: { parameters: ["buffer", "usize"], result: "u64" },
  },
  fifos: {
    // int mkfifo(const char *pathname, mode_t mode);
    mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
    // int chmod(const char *pathname, mode_t mode);
    chmod: { parameters: ["buffer", "u32"], result: "i32" },
    // uid_t geteuid(void);
    geteuid: { parameters: [], result: "u32" },
    // int inotify_init1(int flags);
    inotify_init1: { parameters: ["i32"], result: "i32" },
    // int inotify_add_watch(int fd, const char *pathname, uint32_t mask);
    inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    ...variadic.fifos,
  },
  control: variadic.control,
  terminals: {
    // int posix_openpt(int flags);
    posix_openpt: { parameters: ["i32"], result: "i32" },
    // int grantpt(int fd);
    grantpt: { parameters: ["i32"], result: "i32" },
    // int unlockpt(int fd);
    unlockpt: { parameters: ["i32"], result: "i32" },
    // int fchown(int fd, uid_t owner, gid_t group);
    fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
    // int ptsname_r(int fd, char *buf, size_t size);
    ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    // int ttyname_r(int fd, char *buf, size_t size);
    ttyname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    // int tcgetattr(int fd, struct termios *termios_p);
    tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
    // int tcsetattr(int fd, int optional_actions, const struct termios *termios_p);
    tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
    // void cfmakeraw(struct termios *termios_p);
    cfmakeraw: { parameters: ["buffer"], result: "void" },
    // pid_t tcgetpgrp(int fd);
    tcgetpgrp: { parameters: ["i32"], result: "i32" },
  },
  processes: {
    // int kill(pid_t pid, int sig);
    kill: { parameters: ["i32", "i32"], result: "i32" },
    // int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options);
    waitid: { parameters: ["i32", "u32", "buffer", "i32"], result: "i32" },
    // pid_t getpgid(pid_t pid);
    getpgid: { parameters: ["i32"], result: "i32" },
    ...variadic.processes,
  },
  reaping: {
    waitidParked: {
      name: "waitid",
      parameters: ["i32", "u32", "buffer", "i32"],
      result: "i32",
      nonblocking: true,
    },
  },
  spawn: {
    // int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions,
    //   const posix_spawnattr_t *attrp, char *const argv[], char *const envp[]);
    posix_spawn: {
      parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
      result: "i32",
    },
    posix_spawnInherit: {
      name: "posix_spawn",
      parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "u64"],
      result: "i32",
    },
    // int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions);
    posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
    // int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions);
    posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
    // int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *, int fildes, int newfildes);
    posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
    // int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *file_actions, int fildes);
    posix_spawn_file_actions_addclose: { parameters: ["buffer", "i32"], result: "i32" },
    // int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int from);
    posix_spawn_file_actions_addclosefrom_np: { parameters: ["buffer", "i32"], result: "i32" },
    // int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *path);
    posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: "i32" },
    // int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *, int fildes,
    //   const char *path, int oflag, mode_t mode);
    posix_spawn_file_actions_addopen: {
      parameters: ["buffer", "i32", "buffer", "i32", "u32"],
      result: "i32",
    },
    // int posix_spawnattr_init(posix_spawnattr_t *attr);
    posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
    // int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags);
    posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
    // int posix_spawnattr_setpgroup(posix_spawnattr_t *attr, pid_t pgroup);
    posix_spawnattr_setpgroup: { parameters: ["buffer", "i32"], result: "i32" },
    // int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *sigmask);
    posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
    // int posix_spawnattr_setsigdefault(posix_spawnattr_t *attr, const sigset_t *sigdefault);
    posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  },
  execution: {
    // int execve(const char *pathname, char *const argv[], char *const envp[]);
    execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
    execveInherit: { name: "execve", parameters: ["buffer", "buffer", "u64"], result: "i32" },
    // int chdir(const char *path);
    chdir: { parameters: ["buffer"], result: "i32" },
    // ssize_t readlink(const char *pathname, char *buf, size_t bufsiz);
    readlink: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  },
  locks: {
    // int flock(int fd, int operation);
    flock: { parameters: ["i32", "i32"], result: "i32" },
    flockParked: { name: "flock", parameters: ["i32", "i32"], result: "i32", nonblocking: true },
  },
  daemons: {
    // int ftruncate(int fd, off_t length);
    ftruncate: { parameters: ["i32", "i64"], result: "i32" },
    // mode_t umask(mode_t mask);
    umask: { parameters: ["u32"], result: "u32" },
    // int unsetenv(const char *name);
    unsetenv: { parameters: ["buffer"], result: "i32" },
    // int setgroups(size_t size, const gid_t *list);
    setgroups: { parameters: ["usize", "buffer"], result: "i32" },
    // int setresgid(gid_t rgid, gid_t egid, gid_t sgid);
    setresgid: { parameters: ["u32", "u32", "u32"], result: "i32" },
    // int setresuid(uid_t ruid, uid_t euid, uid_t suid);
    setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  },
  forking: {
    // pid_t fork(void);
    fork: { parameters: [], result: "i32" },
    // void _exit(int status);
    _exit: { parameters: ["i32"], result: "void" },
    // int madvise(void *addr, size_t length, int advice);
    madvise: { parameters: ["u64", "usize", "i32"], result: "i32" },
  },
  environment: {
    // Moving no byte, memmove tells the address of a buffer: it returns its first argument.
    addressOf: { name: "memmove", parameters: ["buffer", "buffer", "usize"], result: "u64" },
    // size_t strlen(const char *s);
    strlen: { parameters: ["u64"], result: "usize" },
  },
  credentials: {
    // int getgroups(int size, gid_t list[]);
    getgroups: { parameters: ["i32", "buffer"], result: "i32" },
    // int prctl(int op, ... /* unsigned long arg2 */);
    prctl: { parameters: ["i32", "usize"], result: "i32" },
    // int getresuid(uid_t *ruid, uid_t *euid, uid_t *suid);
    getresuid: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
    // int getresgid(gid_t *rgid, gid_t *egid, gid_t *sgid);
    getresgid: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
    ...variadic.credentials,
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
  signals: {
    // int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact);
    sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // int sigprocmask(int how, const sigset_t *set, sigset_t *oldset);
    sigprocmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  },
  signalling: {
    // int sigqueue(pid_t pid, int sig, const union sigval value);
    sigqueue: { parameters: ["i32", "i32", "u64"], result: "i32" },
    // int sigpending(sigset_t *set);
    sigpending: { parameters: ["buffer"], result: "i32" },
    // int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
    sigtimedwait: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
    // int signalfd(int fd, const sigset_t *mask, int flags);
    signalfd: { parameters: ["i32", "buffer", "i32"], result: "i32" },
    // int setitimer(int which, const struct itimerval *new_value, struct itimerval *old_value);
    setitimer: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // int setpgid(pid_t pid, pid_t pgid);
    setpgid: { parameters: ["i32", "i32"], result: "i32" },
    // pid_t getsid(pid_t pid);
    getsid: { parameters: ["i32"], result: "i32" },
    // pid_t setsid(void);
    setsid: { parameters: [], result: "i32" },
  },
  threads: {
    // pid_t getpid(void);
    getpid: { parameters: [], result: "i32" },
    // int tgkill(pid_t tgid, pid_t tid, int sig);
    tgkill: { parameters: ["i32", "i32", "i32"], result: "i32" },
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
    // int dup2(int oldfd, int newfd);
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    // int pipe2(int pipefd[2], int flags);
    pipe2: { parameters: ["buffer", "i32"], result: "i32" },
    // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
    poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
    // int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t *sigmask);
    ppoll: { parameters: ["buffer", "usize", "buffer", "buffer"], result: "i32" },
    ...variadic.descriptors,
  },
  sockets: {
    // int socket(int domain, int type, int protocol);
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int socketpair(int domain, int type, int protocol, int sv[2]);
    socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
    // int fchmod(int fd, mode_t mode);
    fchmod: { parameters: ["i32", "u32"], result: "i32" },
    // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // int listen(int sockfd, int backlog);
    listen: { parameters: ["i32", "i32"], result: "i32" },
    // int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    connectParked: {
      name: "connect",
      parameters: ["i32", "buffer", "u32"],
      result: "i32",
      nonblocking: true,
    },
    // int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);
    accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
    // int shutdown(int sockfd, int how);
    shutdown: { parameters: ["i32", "i32"], result: "i32" },
    // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
    getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
    getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen);
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
    // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
    // ssize_t sendto(int sockfd, const void *buf, size_t len, int flags,
    //   const struct sockaddr *dest_addr, socklen_t addrlen);
    sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
    // ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags,
    //   struct sockaddr *src_addr, socklen_t *addrlen);
    recvfrom: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"], result: "i32" },
    // ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags);
    sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
    // ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags);
    recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
    // int inet_pton(int af, const char *src, void *dst);
    inet_pton: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // const char *inet_ntop(int af, const void *src, char *dst, socklen_t size);
    inet_ntop: { parameters: ["i32", "buffer", "buffer", "u32"], result: "u64" },
  },
  services: {
    // int getservbyname_r(const char *name, const char *proto, struct servent *result_buf,
    //   char *buf, size_t buflen, struct servent **result);
    getservbynameParked: {
      name: "getservbyname_r",
      parameters: ["buffer", "buffer", "buffer", "buffer", "usize", "buffer"],
      result: "i32",
      nonblocking: true,
    },
    // int getservbyport_r(int port, const char *proto, struct servent *result_buf,
    //   char *buf, size_t buflen, struct servent **result);
    getservbyportParked: {
      name: "getservbyport_r",
      parameters: ["i32", "buffer", "buffer", "buffer", "usize", "buffer"],
      result: "i32",
      nonblocking: true,
    },
    // int getprotobyname_r(const char *name, struct protoent *result_buf,
    //   char *buf, size_t buflen, struct protoent **result);
    getprotobynameParked: {
      name: "getprotobyname_r",
      parameters: ["buffer", "buffer", "buffer", "usize", "buffer"],
      result: "i32",
      nonblocking: true,
    },
    // int getprotobynumber_r(int proto, struct protoent *result_buf,
    //   char *buf, size_t buflen, struct protoent **result);
    getprotobynumberParked: {
      name: "getprotobynumber_r",
      parameters: ["i32", "buffer", "buffer", "usize", "buffer"],
      result: "i32",
      nonblocking: true,
    },
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
