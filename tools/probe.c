/* Asks this machine's headers and C library for every constant, error and structure layout that
 * libc/ needs, and prints them as one JSON object. tools/generate.ts turns that into TypeScript.
 *
 * To add one: a line in CONSTANTS or a STRUCT block below, then `deno task generate`. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13
#endif

/* glibc has these since 2.39. */
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif

/* semctl's fourth argument; its size tells how it travels. */
union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
};

static const char *comma = "";

static void constant(const char *name, long long value) {
  printf("%s\n    \"%s\": %lld", comma, name, value);
  comma = ",";
}

static void field(const char *name, const char *sign, size_t size, size_t offset) {
  printf("%s\n        \"%s\": [\"%s%zu\", %zu]", comma, name, sign, size * 8, offset);
  comma = ",";
}

#define CONSTANT(name) constant(#name, (long long)(name))
#define IS_SIGNED(value) ((__typeof__(value))-1 < (__typeof__(value))1)
#define FIELD(type, member)                                                               \
  do {                                                                                    \
    type s;                                                                               \
    field(#member, IS_SIGNED(s.member) ? "i" : "u", sizeof s.member, offsetof(type, member)); \
  } while (0)
/* A member of which only the place matters: bytes, or a number in the network's order. */
#define OFFSET(type, member) field(#member, "u", 1, offsetof(type, member))
/* A member that is only passed on whole, or a pointer: its place matters, not its sign. */
#define OPAQUE(type, member) field(#member, "u", 8, offsetof(type, member))
#define STRUCT(name, type)                                                                \
  printf("%s\n    \"%s\": {\n      \"size\": %zu,\n      \"fields\": {", comma, name, sizeof(type)); \
  comma = ""
#define END() (printf("\n      }\n    }"), comma = ",")

static void permissions(size_t base) {
  struct ipc_perm p;
#define PERM(member)                                                                      \
  field("perm." #member, IS_SIGNED(p.member) ? "i" : "u", sizeof p.member,                \
        base + offsetof(struct ipc_perm, member))
  PERM(__key);
  PERM(uid);
  PERM(gid);
  PERM(cuid);
  PERM(cgid);
  PERM(mode);
}

int main(void) {
  printf("{\n  \"constants\": {");
  CONSTANT(IPC_CREAT);
  CONSTANT(IPC_EXCL);
  CONSTANT(IPC_NOWAIT);
  CONSTANT(IPC_PRIVATE);
  CONSTANT(IPC_RMID);
  CONSTANT(IPC_SET);
  CONSTANT(IPC_STAT);
  CONSTANT(IPC_INFO);
  CONSTANT(MSG_NOERROR);
  CONSTANT(MSG_EXCEPT);
  CONSTANT(MSG_INFO);
  CONSTANT(MSG_STAT);
  CONSTANT(MSG_STAT_ANY);
  CONSTANT(SEM_UNDO);
  CONSTANT(SEM_INFO);
  CONSTANT(SEM_STAT);
  CONSTANT(SEM_STAT_ANY);
  CONSTANT(GETALL);
  CONSTANT(GETNCNT);
  CONSTANT(GETPID);
  CONSTANT(GETVAL);
  CONSTANT(GETZCNT);
  CONSTANT(SETALL);
  CONSTANT(SETVAL);
  /* The largest value of a semaphore: no header has it, the kernel tells. */
  struct seminfo limits = {0};
  semctl(0, 0, IPC_INFO, (union semun){.buf = (void *)&limits});
  constant("SEMVMX", limits.semvmx);
  CONSTANT(SHM_RDONLY);
  CONSTANT(SHM_DEST);
  CONSTANT(SHM_LOCKED);
  CONSTANT(SHM_INFO);
  CONSTANT(SHM_STAT);
  CONSTANT(SHM_STAT_ANY);
  CONSTANT(O_RDONLY);
  CONSTANT(O_DIRECTORY);
  CONSTANT(O_CLOEXEC);
  CONSTANT(O_RDWR);
  CONSTANT(O_WRONLY);
  CONSTANT(O_NONBLOCK);
  CONSTANT(F_DUPFD_CLOEXEC);
  CONSTANT(F_GETFD);
  CONSTANT(F_SETFD);
  CONSTANT(F_GETFL);
  CONSTANT(F_SETFL);
  CONSTANT(F_SETPIPE_SZ);
  CONSTANT(FD_CLOEXEC);
  CONSTANT(PIPE_BUF);
  CONSTANT(POLLIN);
  CONSTANT(POLLPRI);
  CONSTANT(POLLOUT);
  CONSTANT(POLLERR);
  CONSTANT(POLLHUP);
  CONSTANT(POLLNVAL);
  CONSTANT(EPOLL_CLOEXEC);
  CONSTANT(EPOLL_CTL_ADD);
  CONSTANT(EPOLL_CTL_DEL);
  CONSTANT(EPOLL_CTL_MOD);
  CONSTANT(EPOLLIN);
  CONSTANT(EPOLLPRI);
  CONSTANT(EPOLLOUT);
  CONSTANT(EPOLLERR);
  CONSTANT(EPOLLHUP);
  CONSTANT(EPOLLRDHUP);
  CONSTANT(EPOLLET);
  CONSTANT(EFD_CLOEXEC);
  CONSTANT(EFD_NONBLOCK);
  CONSTANT(O_CREAT);
  CONSTANT(O_EXCL);
  CONSTANT(O_NOFOLLOW);
  CONSTANT(O_NOCTTY);
  CONSTANT(O_PATH);
  CONSTANT(O_APPEND);
  CONSTANT(O_TRUNC);
  CONSTANT(AT_FDCWD);
  CONSTANT(AT_EMPTY_PATH);
  CONSTANT(STATX_TYPE);
  CONSTANT(STATX_MODE);
  CONSTANT(STATX_UID);
  CONSTANT(STATX_INO);
  CONSTANT(S_IFMT);
  CONSTANT(S_IFREG);
  CONSTANT(S_IFDIR);
  CONSTANT(S_IFIFO);
  CONSTANT(S_IFSOCK);
  CONSTANT(S_IFLNK);
  CONSTANT(X_OK);
  CONSTANT(LOCK_EX);
  CONSTANT(LOCK_SH);
  CONSTANT(LOCK_NB);
  CONSTANT(LOCK_UN);
  CONSTANT(POSIX_SPAWN_SETPGROUP);
  CONSTANT(POSIX_SPAWN_SETSIGDEF);
  CONSTANT(POSIX_SPAWN_SETSIGMASK);
  CONSTANT(POSIX_SPAWN_SETSID);
  CONSTANT(P_PID);
  CONSTANT(WEXITED);
  CONSTANT(WNOHANG);
  CONSTANT(WNOWAIT);
  CONSTANT(CLD_EXITED);
  CONSTANT(CLD_KILLED);
  CONSTANT(CLD_DUMPED);
  CONSTANT(MADV_DOFORK);
  CONSTANT(SA_RESTART);
  CONSTANT(SYS_msgsnd);
  CONSTANT(SYS_msgrcv);
  CONSTANT(SYS_semop);
  CONSTANT(SYS_semtimedop);
  CONSTANT(SYS_flock);
  CONSTANT(SYS_openat);
  CONSTANT(SYS_connect);
  CONSTANT(SYS_pidfd_open);
  CONSTANT(SYS_pidfd_send_signal);
  CONSTANT(SYS_setgroups);
  CONSTANT(SYS_setresgid);
  CONSTANT(SYS_setresuid);
  CONSTANT(_SC_ARG_MAX);
  CONSTANT(PR_GET_DUMPABLE);
  CONSTANT(PR_SET_DUMPABLE);
  CONSTANT(RLIMIT_NOFILE);
  CONSTANT(SFD_CLOEXEC);
  CONSTANT(SFD_NONBLOCK);
  CONSTANT(ITIMER_REAL);
  CONSTANT(AF_INET);
  CONSTANT(AF_INET6);
  CONSTANT(AF_UNIX);
  CONSTANT(AF_UNSPEC);
  CONSTANT(SOCK_STREAM);
  CONSTANT(SOCK_DGRAM);
  CONSTANT(SOCK_SEQPACKET);
  CONSTANT(SOCK_CLOEXEC);
  CONSTANT(SOCK_NONBLOCK);
  CONSTANT(SOMAXCONN);
  CONSTANT(SOL_SOCKET);
  CONSTANT(SO_ACCEPTCONN);
  CONSTANT(SO_BROADCAST);
  CONSTANT(SO_DOMAIN);
  CONSTANT(SO_ERROR);
  CONSTANT(SO_KEEPALIVE);
  CONSTANT(SO_LINGER);
  CONSTANT(SO_PASSCRED);
  CONSTANT(SO_PASSPIDFD);
  CONSTANT(SO_PEERCRED);
  CONSTANT(SO_RCVBUF);
  CONSTANT(SO_RCVTIMEO);
  CONSTANT(SO_REUSEADDR);
  CONSTANT(SO_REUSEPORT);
  CONSTANT(SO_SNDBUF);
  CONSTANT(SO_TYPE);
  CONSTANT(SO_PROTOCOL);
  CONSTANT(IPPROTO_IP);
  CONSTANT(IPPROTO_IPV6);
  CONSTANT(IPPROTO_TCP);
  CONSTANT(IPPROTO_UDP);
  CONSTANT(TCP_NODELAY);
  CONSTANT(IPV6_V6ONLY);
  CONSTANT(IP_MULTICAST_TTL);
  CONSTANT(IP_MULTICAST_LOOP);
  CONSTANT(IP_ADD_MEMBERSHIP);
  CONSTANT(IP_DROP_MEMBERSHIP);
  CONSTANT(IPV6_JOIN_GROUP);
  CONSTANT(IPV6_LEAVE_GROUP);
  CONSTANT(IPV6_MULTICAST_LOOP);
  CONSTANT(MSG_CMSG_CLOEXEC);
  CONSTANT(MSG_CTRUNC);
  CONSTANT(MSG_DONTWAIT);
  CONSTANT(MSG_EOR);
  CONSTANT(MSG_NOSIGNAL);
  CONSTANT(MSG_OOB);
  CONSTANT(MSG_PEEK);
  CONSTANT(MSG_TRUNC);
  CONSTANT(SCM_PIDFD);
  CONSTANT(SCM_RIGHTS);
  CONSTANT(SHUT_RD);
  CONSTANT(SHUT_WR);
  CONSTANT(SHUT_RDWR);
  CONSTANT(INET6_ADDRSTRLEN);
  CONSTANT(FIONREAD);
  CONSTANT(TIOCGDEV);
  CONSTANT(TIOCGWINSZ);
  CONSTANT(TIOCSWINSZ);
  CONSTANT(TCSANOW);
  CONSTANT(ECHO);
  CONSTANT(ICANON);
  CONSTANT(ICRNL);
  CONSTANT(IGNCR);
  CONSTANT(INLCR);
  CONSTANT(VEOF);
  CONSTANT(IN_CLOEXEC);
  CONSTANT(IN_NONBLOCK);
  CONSTANT(IN_DONT_FOLLOW);
  CONSTANT(IN_ACCESS);
  CONSTANT(IN_CLOSE_NOWRITE);
  CONSTANT(IN_CLOSE_WRITE);
  CONSTANT(IN_ATTRIB);
  CONSTANT(IN_DELETE_SELF);
  CONSTANT(IN_MOVE_SELF);
  CONSTANT(SI_USER);
  CONSTANT(SI_QUEUE);
  CONSTANT(SI_TKILL);
  CONSTANT(SI_KERNEL);
  CONSTANT(SI_TIMER);
  CONSTANT(SIG_BLOCK);
  CONSTANT(SIG_UNBLOCK);
  CONSTANT(SIG_SETMASK);
  CONSTANT(SIGURG);
  CONSTANT(SIG_DFL);
  CONSTANT(SIG_IGN);
  CONSTANT(SIGRTMIN);
  CONSTANT(SIGRTMAX);

  printf("\n  },\n  \"errors\": {");
  comma = "";
  for (int number = 1; number < 200; number++) {
    const char *name = strerrorname_np(number);
    if (!name) continue;
    printf("%s\n    \"%s\": [%d, \"%s\"]", comma, name, number, strerrordesc_np(number));
    comma = ",";
  }

  printf("\n  },\n  \"signals\": {");
  comma = "";
  for (int number = 1; number < SIGRTMIN; number++) {
    const char *name = sigabbrev_np(number);
    if (name) printf("%s\n    \"SIG%s\": %d", comma, name, number);
    comma = ",";
  }

  printf("\n  },\n  \"structs\": {");
  comma = "";
  STRUCT("msqid_ds", struct msqid_ds);
  permissions(offsetof(struct msqid_ds, msg_perm));
  FIELD(struct msqid_ds, msg_stime);
  FIELD(struct msqid_ds, msg_rtime);
  FIELD(struct msqid_ds, msg_ctime);
  FIELD(struct msqid_ds, __msg_cbytes);
  FIELD(struct msqid_ds, msg_qnum);
  FIELD(struct msqid_ds, msg_qbytes);
  FIELD(struct msqid_ds, msg_lspid);
  FIELD(struct msqid_ds, msg_lrpid);
  END();
  STRUCT("semid_ds", struct semid_ds);
  permissions(offsetof(struct semid_ds, sem_perm));
  FIELD(struct semid_ds, sem_otime);
  FIELD(struct semid_ds, sem_ctime);
  FIELD(struct semid_ds, sem_nsems);
  END();
  STRUCT("shmid_ds", struct shmid_ds);
  permissions(offsetof(struct shmid_ds, shm_perm));
  FIELD(struct shmid_ds, shm_segsz);
  FIELD(struct shmid_ds, shm_atime);
  FIELD(struct shmid_ds, shm_dtime);
  FIELD(struct shmid_ds, shm_ctime);
  FIELD(struct shmid_ds, shm_cpid);
  FIELD(struct shmid_ds, shm_lpid);
  FIELD(struct shmid_ds, shm_nattch);
  END();
  STRUCT("msgbuf", struct msgbuf);
  FIELD(struct msgbuf, mtype);
  OFFSET(struct msgbuf, mtext);
  END();
  STRUCT("sembuf", struct sembuf);
  FIELD(struct sembuf, sem_num);
  FIELD(struct sembuf, sem_op);
  FIELD(struct sembuf, sem_flg);
  END();
  STRUCT("semun", union semun);
  END();
  /* The three *_INFO calls fill these; what list() needs of them is only the buffer's size. */
  STRUCT("msginfo", struct msginfo);
  END();
  STRUCT("seminfo", struct seminfo);
  END();
  STRUCT("shm_info", struct shm_info);
  END();
  STRUCT("timespec", struct timespec);
  FIELD(struct timespec, tv_sec);
  FIELD(struct timespec, tv_nsec);
  END();
  STRUCT("sigaction", struct sigaction);
  OPAQUE(struct sigaction, sa_handler);
  FIELD(struct sigaction, sa_flags);
  END();
  STRUCT("pollfd", struct pollfd);
  FIELD(struct pollfd, fd);
  FIELD(struct pollfd, events);
  FIELD(struct pollfd, revents);
  END();
  STRUCT("epoll_event", struct epoll_event);
  FIELD(struct epoll_event, events);
  /* What we keep in the 64 bits that are ours: a descriptor, and which wait for it. */
  field("data.fd", "i", 4, offsetof(struct epoll_event, data));
  field("data.turn", "u", 4, offsetof(struct epoll_event, data) + 4);
  END();
  STRUCT("siginfo", siginfo_t);
  FIELD(siginfo_t, si_signo);
  FIELD(siginfo_t, si_code);
  FIELD(siginfo_t, si_pid);
  FIELD(siginfo_t, si_uid);
  FIELD(siginfo_t, si_status);
  FIELD(siginfo_t, si_int);
  END();
  STRUCT("sockaddr_in", struct sockaddr_in);
  FIELD(struct sockaddr_in, sin_family);
  OFFSET(struct sockaddr_in, sin_port);
  OFFSET(struct sockaddr_in, sin_addr);
  END();
  STRUCT("sockaddr_in6", struct sockaddr_in6);
  FIELD(struct sockaddr_in6, sin6_family);
  OFFSET(struct sockaddr_in6, sin6_port);
  OFFSET(struct sockaddr_in6, sin6_addr);
  FIELD(struct sockaddr_in6, sin6_scope_id);
  END();
  STRUCT("sockaddr_un", struct sockaddr_un);
  FIELD(struct sockaddr_un, sun_family);
  OFFSET(struct sockaddr_un, sun_path);
  END();
  STRUCT("sockaddr_storage", struct sockaddr_storage);
  END();
  STRUCT("msghdr", struct msghdr);
  OPAQUE(struct msghdr, msg_name);
  FIELD(struct msghdr, msg_namelen);
  OPAQUE(struct msghdr, msg_iov);
  FIELD(struct msghdr, msg_iovlen);
  OPAQUE(struct msghdr, msg_control);
  FIELD(struct msghdr, msg_controllen);
  FIELD(struct msghdr, msg_flags);
  END();
  STRUCT("iovec", struct iovec);
  OPAQUE(struct iovec, iov_base);
  FIELD(struct iovec, iov_len);
  END();
  STRUCT("cmsghdr", struct cmsghdr);
  FIELD(struct cmsghdr, cmsg_len);
  FIELD(struct cmsghdr, cmsg_level);
  FIELD(struct cmsghdr, cmsg_type);
  END();
  STRUCT("ucred", struct ucred);
  FIELD(struct ucred, pid);
  FIELD(struct ucred, uid);
  FIELD(struct ucred, gid);
  END();
  STRUCT("timeval", struct timeval);
  FIELD(struct timeval, tv_sec);
  FIELD(struct timeval, tv_usec);
  END();
  STRUCT("servent", struct servent);
  OPAQUE(struct servent, s_name);
  FIELD(struct servent, s_port);
  OPAQUE(struct servent, s_proto);
  END();
  STRUCT("protoent", struct protoent);
  OPAQUE(struct protoent, p_name);
  FIELD(struct protoent, p_proto);
  END();
  STRUCT("signalfd_siginfo", struct signalfd_siginfo);
  FIELD(struct signalfd_siginfo, ssi_signo);
  FIELD(struct signalfd_siginfo, ssi_code);
  FIELD(struct signalfd_siginfo, ssi_pid);
  FIELD(struct signalfd_siginfo, ssi_uid);
  FIELD(struct signalfd_siginfo, ssi_int);
  END();
  STRUCT("itimerval", struct itimerval);
  FIELD(struct itimerval, it_value.tv_sec);
  FIELD(struct itimerval, it_value.tv_usec);
  END();
  STRUCT("inotify_event", struct inotify_event);
  FIELD(struct inotify_event, mask);
  FIELD(struct inotify_event, len);
  END();
  STRUCT("statx", struct statx);
  FIELD(struct statx, stx_uid);
  FIELD(struct statx, stx_mode);
  FIELD(struct statx, stx_ino);
  FIELD(struct statx, stx_dev_major);
  FIELD(struct statx, stx_dev_minor);
  END();
  STRUCT("termios", struct termios);
  FIELD(struct termios, c_iflag);
  FIELD(struct termios, c_lflag);
  field("c_cc", "u", 1, offsetof(struct termios, c_cc));
  END();
  STRUCT("winsize", struct winsize);
  FIELD(struct winsize, ws_row);
  FIELD(struct winsize, ws_col);
  FIELD(struct winsize, ws_xpixel);
  FIELD(struct winsize, ws_ypixel);
  END();
  STRUCT("sigset", sigset_t);
  END();
  STRUCT("posix_spawn_file_actions", posix_spawn_file_actions_t);
  END();
  STRUCT("posix_spawnattr", posix_spawnattr_t);
  END();
  STRUCT("dirent64", struct dirent64);
  FIELD(struct dirent64, d_reclen);
  OFFSET(struct dirent64, d_name);
  END();
  printf("\n  }\n}\n");
  return 0;
}
