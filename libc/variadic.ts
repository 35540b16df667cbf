/**
 * The C functions with a `…` in their prototype, apart from the others because a variadic argument
 * does not travel like a named one everywhere: Linux on x86-64 and arm64 passes it in the next
 * register, so it can be declared like any other; Apple's arm64 puts it on the stack, so a port must
 * pad the named arguments out to eight registers here, and only here.
 */
export const variadic = {
  semaphores: {
    // int semctl(int semid, int semnum, int cmd, ... /* union semun arg */);
    semctl: { parameters: ["i32", "i32", "i32", "i32"], result: "i32" },
    semctlBuffer: { name: "semctl", parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  },
  processes: {
    // long syscall(long number, ...);
    syscallPidfdSendSignal: {
      name: "syscall",
      parameters: ["i64", "i32", "i32", "buffer", "u32"],
      result: "i64",
    },
    syscallPidfdOpen: { name: "syscall", parameters: ["i64", "i32", "u32"], result: "i64" },
  },
  control: {
    // int ioctl(int fd, unsigned long op, ... /* argp */);
    ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  },
  fifos: {
    // int openat(int dirfd, const char *pathname, int flags, ... /* mode_t mode */);
    openatParked: {
      name: "openat",
      parameters: ["i32", "buffer", "i32"],
      result: "i32",
      nonblocking: true,
    },
  },
  credentials: {
    syscallGroups: { name: "syscall", parameters: ["i64", "usize", "buffer"], result: "i64" },
    syscallIds: { name: "syscall", parameters: ["i64", "u32", "u32", "u32"], result: "i64" },
  },
  descriptors: {
    // int open(const char *pathname, int flags, ... /* mode_t mode */);
    open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
    // int fcntl(int fd, int cmd, ... /* arg */);
    fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  },
} as const satisfies Record<string, Deno.ForeignLibraryInterface>;
