/**
 * Message queues.
 */
import {
  atOnce,
  type BlockingCall,
  parked,
  requirePatience,
  waitNames,
  type WaitOptions,
} from "../io/waiting.ts";
import {
  bytes,
  check,
  checked,
  endless,
  errorCode,
  integer,
  isInterruption,
  msgget,
  msgrcv,
  msgrcvParked,
  msgsnd,
  msgsndParked,
  type OptionNames,
  platform,
  type structs,
} from "../libc/basic.ts";
import { Handle } from "./handle.ts";
import { keyNumber, keyOrPrivate, modeBits, modeNames, type ModeOption } from "./key.ts";
import { queueKind } from "./kind.ts";
import { type Message, MessageBuffer } from "./message.ts";
import {
  ANY_SIZE,
  flagsWanted,
  receiveNames,
  type ReceiveOptions,
  sizeWanted,
  typeWanted,
} from "./selection.ts";
import { type OwnershipChange, ownershipNames, permissionFields } from "./ownership.ts";
import { type QueueStat, queueStat, type RawStat } from "./stat.ts";

/** How a message is sent. */
export interface SendOptions {
  /** The message's type, from 1 to 2⁶³ − 1, by which a receiver can choose. Default 1. */
  type?: number | bigint;
}

const sendNames: OptionNames<SendOptions> = { type: true };
const sendWaitNames = { ...sendNames, ...waitNames };
const sendSyncNames = { ...sendNames, ...endless };
const receiveWaitNames = { ...receiveNames, ...waitNames };
const receiveSyncNames = { ...receiveNames, ...endless };

/** What of a queue can be changed. */
export interface QueueChange extends OwnershipChange {
  /** How many bytes it may hold; above the system's `msgmnb` only with CAP_SYS_RESOURCE. */
  maxBytes?: number;
}

const changeNames: OptionNames<QueueChange> = { maxBytes: true, ...ownershipNames };

// One place to send from and one to receive into is enough for all synchronous calls of an isolate.
const MSGMAX = 8192; // the system's usual limit for a message; both grow where it is higher
let outgoing: MessageBuffer | undefined;
let incoming: MessageBuffer | undefined;

/**
 * A System V message queue: messages of a type and up to `msgmax` bytes (usually 8,192), kept by the
 * kernel until somebody receives them, between programs in any language that know its key or id.
 *
 * Disposing ends our use of the queue and the waits for it. The queue itself stays, as System V queues
 * do, until somebody calls `remove`; but one made "private", which nobody else can find, is removed.
 *
 * Methods throw {@linkcode SyscallError}: EIDRM when the queue has been removed, EACCES when its mode
 * does not allow us to. Used after disposal they throw a TypeError. All need `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { MessageQueue } from "@deno-ipc/ipc/sysv";
 *
 * using queue = MessageQueue.create("private");
 * await queue.send("hello", { type: 7 });
 * const message = await queue.receive({ type: 7, timeout: 500 });
 * console.log(message.type, message.text()); // 7 hello
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/sysvipc.7.html
 */
export class MessageQueue implements Disposable {
  readonly #handle: Handle<typeof structs.msqid_ds>;

  private constructor(id: number, temporary = false) {
    this.#handle = new Handle(queueKind, id, temporary);
  }

  /**
   * Makes a new queue.
   *
   * @param key The key under which other programs find it, a 32-bit integer but 0, signed or not; or
   * "private" for one that is found only by its `id`.
   * @throws {SyscallError} EEXIST if the key is taken, ENOSPC if the system's limit of queues is reached.
   * @see https://man7.org/linux/man-pages/man2/msgget.2.html
   */
  static create(key: number | "private", options: ModeOption = {}): MessageQueue {
    const { mode } = checked(options, modeNames);
    const flags = platform.IPC_CREAT | platform.IPC_EXCL | modeBits(mode);
    return MessageQueue.#get(keyOrPrivate(key), flags);
  }

  /**
   * Opens the queue that is there.
   *
   * @throws {SyscallError} ENOENT if there is none.
   */
  static open(key: number): MessageQueue {
    return MessageQueue.#get(keyNumber(key), 0);
  }

  /** Opens the queue under `key`, or makes it with `mode` if there is none. */
  static openOrCreate(key: number | "private", options: ModeOption = {}): MessageQueue {
    const { mode } = checked(options, modeNames);
    return MessageQueue.#get(keyOrPrivate(key), platform.IPC_CREAT | modeBits(mode));
  }

  static #get(key: number, flags: number): MessageQueue {
    const id = check("msgget", msgget(key, flags), { key });
    return new MessageQueue(id, key === platform.IPC_PRIVATE);
  }

  /**
   * The queue with this identifier, as `ipcs` shows it or another process passed it on. Whether there is
   * one shows when it is used.
   */
  static fromId(id: number): MessageQueue {
    return new MessageQueue(integer("Identifier", id, 0, 0x7fff_ffff));
  }

  /** The queue's identifier, by which any process can use it. */
  get id(): number {
    return this.#handle.id;
  }

  /**
   * Sends a message; waits while the queue is full.
   *
   * @param message Bytes, or text that is sent as UTF-8; may be empty.
   * @throws {SyscallError} EINVAL if the message has more than the system's `msgmax` bytes.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then it was not sent.
   * @see https://man7.org/linux/man-pages/man2/msgsnd.2.html
   */
  async send(message: string | Uint8Array, options: SendOptions & WaitOptions = {}): Promise<void> {
    requirePatience(checked(options, sendWaitNames));
    const sent = this.#send(message, options, platform.IPC_NOWAIT);
    await (sent ? atOnce(sent) : parked(this.#sending(message, options), options));
  }

  #sending(message: string | Uint8Array, { type = 1 }: SendOptions): BlockingCall<true> {
    const text = bytes("Message", message);
    // Of its own, since the caller may use the array for something else meanwhile; and out here, where it lasts as long
    // as the wait: the runtime keeps nothing alive for a thread that comes to its call late.
    const buffer = new MessageBuffer(text.length);
    buffer.pack(type, text);
    const { memory, capacity: size } = buffer;
    return {
      attempt: () => this.#post(buffer, size, platform.IPC_NOWAIT) || undefined,
      park: () => msgsndParked(this.id, memory, size),
      complete: () => true,
      blocked: [this.id, undefined, size],
      closed: this.#handle.closed,
    };
  }

  /** Sends a message as `send` does, but blocks the whole program while the queue is full. */
  sendSync(message: string | Uint8Array, options: SendOptions = {}): void {
    this.#send(message, checked(options, sendSyncNames), 0);
  }

  /** Sends a message if there is room for it now; returns whether it was sent. */
  trySend(message: string | Uint8Array, options: SendOptions = {}): boolean {
    return this.#send(message, checked(options, sendNames), platform.IPC_NOWAIT);
  }

  #send(message: string | Uint8Array, { type = 1 }: SendOptions, flags: number): boolean {
    const text = bytes("Message", message);
    if (outgoing === undefined || outgoing.capacity < text.length) {
      outgoing = new MessageBuffer(Math.max(text.length, MSGMAX));
    }
    outgoing.pack(type, text);
    return this.#post(outgoing, text.length, flags);
  }

  #post(buffer: MessageBuffer, size: number, flags: number): boolean {
    const { id } = this.#handle;
    while (msgsnd(id, buffer.memory, size, flags) === -1) {
      const code = errorCode();
      if (code === "EAGAIN" && flags !== 0) return false;
      if (!isInterruption(code)) {
        throw this.#handle.failure("msgsnd", code, { size });
      }
    }
    return true;
  }

  /**
   * Receives a message, the oldest one of those that `options` allow; waits until there is one.
   *
   * @throws {SyscallError} E2BIG if it has more than `maxSize` bytes: then it stays in the queue.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then none was taken.
   * @see https://man7.org/linux/man-pages/man2/msgrcv.2.html
   */
  async receive(options: ReceiveOptions & WaitOptions = {}): Promise<Message> {
    requirePatience(checked(options, receiveWaitNames));
    const now = this.#receive(options, platform.IPC_NOWAIT);
    if (now !== undefined) return atOnce(now);
    return await parked(this.#receiving({ ...options }), options); // theirs may change while we wait
  }

  #receiving(options: ReceiveOptions): BlockingCall<Message> {
    const type = typeWanted(options);
    const wanted = sizeWanted(options);
    const capacity = Math.min(wanted, incoming?.capacity ?? MSGMAX);
    const flags = flagsWanted(options, capacity, wanted);
    let buffer: MessageBuffer;
    return {
      attempt: () => this.#receive(options, platform.IPC_NOWAIT),
      park: () => {
        buffer = new MessageBuffer(capacity);
        return msgrcvParked(this.id, buffer.memory, capacity, type, flags);
      },
      complete: (size) => buffer.unpack(size, options.into),
      blocked: [this.id, undefined, capacity, Number(BigInt.asIntN(32, type))],
      closed: this.#handle.closed,
    };
  }

  /** Receives a message as `receive` does, but blocks the whole program until there is one. */
  receiveSync(options: ReceiveOptions = {}): Message {
    return this.#receive(checked(options, receiveSyncNames), 0)!;
  }

  /** Receives a message if there is one now, else returns `undefined`. */
  tryReceive(options: ReceiveOptions = {}): Message | undefined {
    return this.#receive(checked(options, receiveNames), platform.IPC_NOWAIT);
  }

  #receive(options: ReceiveOptions, noWait: number): Message | undefined {
    const type = typeWanted(options);
    const wanted = sizeWanted(options);
    const { id } = this.#handle;
    incoming ??= new MessageBuffer(MSGMAX);
    for (;;) {
      const capacity = Math.min(wanted, incoming.capacity);
      const flags = flagsWanted(options, capacity, wanted) | noWait;
      const size = msgrcv(id, incoming.memory, capacity, type, flags);
      if (size !== -1) return incoming.unpack(size, options.into);
      const code = errorCode();
      if (code === "ENOMSG") return undefined;
      if (code === "E2BIG" && capacity < wanted) {
        incoming = new MessageBuffer(this.stat().bytes); // no message has more than all together
      } else if (!isInterruption(code)) {
        throw this.#handle.failure("msgrcv", code, wanted === ANY_SIZE ? {} : { size: wanted });
      }
    }
  }

  /**
   * The messages that `options` allow, one after another. Leaving the loop loses none. It ends when the queue
   * is disposed meanwhile; removal throws EIDRM, `signal` and `timeout` (for each message) as in `receive`.
   *
   * @example
   * ```ts
   * import { MessageQueue } from "@deno-ipc/ipc/sysv";
   *
   * using queue = MessageQueue.create("private");
   * for (const word of ["urgent", "soon", "whenever"]) queue.sendSync(word, { type: 3 });
   * for await (const message of queue.messages({ upTo: 5 })) {
   *   console.log(message.text());
   *   if (message.text() === "whenever") break;
   * }
   * ```
   */
  async *messages(
    options: ReceiveOptions & WaitOptions = {},
  ): AsyncGenerator<Message, void, undefined> {
    void this.id; // throws if it is disposed already
    const { closed } = this.#handle;
    while (!closed.aborted) {
      let message: Message;
      try {
        message = await this.receive(options);
      } catch (error) {
        if (closed.aborted) return;
        throw error;
      }
      yield message;
    }
  }

  /** All messages, one after another: `messages()` without options. */
  [Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    return this.messages();
  }

  /**
   * What the kernel keeps about the queue.
   *
   * @see https://man7.org/linux/man-pages/man2/msgctl.2.html
   */
  stat(): QueueStat {
    return queueStat(this.#handle.stat());
  }

  /**
   * Changes the queue's owner, permissions or size.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator, or may not raise `maxBytes` so far;
   * EACCES if we may not read it, as changing one field takes knowing the others.
   */
  set(change: QueueChange): void {
    const { maxBytes, ...ownership } = checked(change, changeNames);
    const changes: Partial<RawStat<typeof structs.msqid_ds>> = permissionFields(ownership);
    if (maxBytes !== undefined) {
      changes.msg_qbytes = integer("maxBytes", maxBytes, 0, Number.MAX_SAFE_INTEGER);
    }
    this.#handle.set(changes);
  }

  /**
   * Removes the queue and every message in it. All who wait for it get EIDRM.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator.
   */
  remove(): void {
    this.#handle.remove();
  }

  /** Ends our use of the queue and our waits for it; removes it if this process has made it "private". */
  [Symbol.dispose](): void {
    this.#handle.close();
  }
}
