/**
 * How much of everything there may be, and whether we are in a world of our own.
 */
import type { Check } from "./finding.ts";

// What the machine's own namespaces are called, in every kernel.
const MACHINE = { user: "user:[4026531837]", ipc: "ipc:[4026531839]" } as const;

const objects: Check = {
  what: "System V limits",
  needs: ["all"],
  look() {
    return ["msgmax", "msgmnb", "shmmax", "sem"].map((name) => {
      const value = Deno.readTextFileSync(`/proc/sys/kernel/${name}`).trim().replaceAll("\t", " ");
      return `${name} ${value}`;
    }).join(", ");
  },
  mend: "mount -t proc proc /proc",
};

const resources: Check = {
  what: "ulimit",
  needs: ["all"],
  look() {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    const limit = (name: string) => new RegExp(`^Max ${name} +(\\S+)`, "m").exec(limits)?.[1];
    return [
      `-n ${limit("open files")} files`,
      `-u ${limit("processes")} processes`,
      `-i ${limit("pending signals")} signals`,
    ].join(", ");
  },
  mend: "mount -t proc proc /proc",
};

const namespaces: Check = {
  what: "user",
  needs: ["all"],
  look() {
    const whose = (kind: keyof typeof MACHINE) =>
      Deno.readLinkSync(`/proc/self/ns/${kind}`) === MACHINE[kind] ? "the machine's" : "its own";
    const user = Deno.uid() === 0 ? "root" : `${Deno.uid()}, not root as some tests need`;
    return `${user}; namespaces: user ${whose("user")}, IPC ${whose("ipc")}`;
  },
  mend: "mount -t proc proc /proc",
};

/** What is limited. */
export const limits: readonly Check[] = [objects, resources, namespaces];
