import assert from "node:assert/strict";
import {
  getaddrinfo,
  getnameinfo,
  getprotobyname,
  getprotobynumber,
  getservbyname,
  getservbyport,
  hostname,
  type Transport,
} from "../../sockets/mod.ts";
import { run, test } from "../harness.ts";

const missing = { name: "NotFound" };

/** What Perl prints, in lines of words. */
async function perl(code: string): Promise<string[][]> {
  const text = await run(["perl", "-e", code]);
  return text.trimEnd().split("\n").map((line) => line.split(" "));
}

/** The lines of a table of the system, in words without remarks. */
function table(path: string): string[][] {
  return Deno.readTextFileSync(path).split("\n").map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean).map((line) => line.split(/\s+/));
}

test("services have the ports and names that they have in Perl", async () => {
  const rows = await perl(
    `while (my ($name, $aliases, $port, $proto) = getservent) {
      for (split(" ", $aliases), $name) {
        my $found = getservbyname($_, $proto);
        print "$_ $found ", scalar(getservbyport($found, $proto)), " $proto\\n" if $proto =~ /^(tcp|udp)$/;
      }
    }`,
  );
  assert.ok(rows.length > 100);
  await Promise.all(rows.map(async ([name, port, first, transport]) => {
    assert.equal(await getservbyname(name, transport as Transport), Number(port), name);
    assert.equal(await getservbyport(Number(port), transport as Transport), first, port);
  }));
}, { needs: ["perl", "netbase"] });

test("services are those of /etc/services, those of TCP unless one says otherwise", async () => {
  const rows = table("/etc/services").filter(([, at]) => /^\d+\/(tcp|udp)$/.test(at));
  assert.ok(rows.length > 50);
  for (const [name, at] of rows) {
    const transport = at.split("/")[1] as Transport;
    // The first line counts, also one that has the name as an alias only.
    const first = rows.find((row) => row[1].endsWith(transport) && row.includes(name))!;
    assert.equal(`${await getservbyname(name, transport)}/${transport}`, first[1], name);
  }
  assert.equal(await getservbyname("http"), 80);
  assert.equal(await getservbyport(25), "smtp");
  assert.equal(await getservbyname("tftp", "udp"), 69);
  await assert.rejects(getservbyname("tftp"), missing);
}, { needs: ["netbase"] });

test("protocols have the numbers and names that they have in Perl", async () => {
  const rows = await perl(
    `while (my ($name, $aliases, $number) = getprotoent) {
      print "$_ ", scalar(getprotobyname($_)), " ", scalar(getprotobynumber($number)), "\\n" for $name, split(" ", $aliases);
    }`,
  );
  assert.ok(rows.length > 20);
  for (const [name, number, first] of rows) {
    assert.equal(await getprotobyname(name), Number(number));
    assert.equal(await getprotobynumber(Number(number)), first);
  }
  assert.deepEqual(table("/etc/protocols").find(([name]) => name === "tcp")?.[1], "6");
  assert.equal(await getprotobyname("tcp"), 6);
}, { needs: ["perl", "netbase"] });

test("what is not known is NotFound, and what is no name is refused", async () => {
  await assert.rejects(getservbyname("no-such-service"), missing);
  await assert.rejects(getservbyname("x".repeat(100_000)), missing);
  await assert.rejects(getservbyport(65_533), missing);
  await assert.rejects(getprotobyname("no-such-protocol"), missing);
  await assert.rejects(getprotobynumber(0x7fff_ffff), missing);
  await assert.rejects(getaddrinfo("nowhere.invalid"), { code: "ENOTFOUND" });
  // deno-lint-ignore no-explicit-any
  for (const name of ["", "a\0b", 5, undefined, null] as any[]) {
    for (const look of [getservbyname, getprotobyname, getaddrinfo, getnameinfo]) {
      await assert.rejects(look(name), { name: "TypeError" });
    }
  }
  await assert.rejects(getnameinfo("nonsense"), { name: "TypeError" });
  for (const number of [-1, 1.5, NaN, 2 ** 31]) {
    await assert.rejects(getservbyport(number), { name: "RangeError" });
    await assert.rejects(getprotobynumber(number), { name: "RangeError" });
  }
});

test("many look-ups at once do not mix up their answers", async () => {
  const names: [string, number][] = [["http", 80], ["smtp", 25], ["ssh", 22], ["domain", 53]];
  const all = Array.from({ length: 400 }, (_, i) => names[i % names.length]);
  const found = await Promise.all(all.map(([name]) => getservbyname(name)));
  assert.deepEqual(found, all.map(([, port]) => port));
}, { needs: ["netbase"] });

test("a look-up that is given up says so", async () => {
  const abort = new AbortController();
  abort.abort("enough");
  for (
    const look of [
      () => getservbyname("http", "tcp", abort),
      () => getservbyport(80, "tcp", abort),
      () => getprotobyname("tcp", abort),
      () => getprotobynumber(6, abort),
      () => getaddrinfo("localhost", abort),
      () => getnameinfo("127.0.0.1", abort),
    ]
  ) await assert.rejects(look(), (reason) => reason === "enough");
});

test("hosts have the addresses and names that they have in Perl", async () => {
  const perlAddresses = await run([
    "perl",
    "-MSocket=:all",
    "-e",
    `my ($error, @found) = getaddrinfo("localhost", "", { socktype => SOCK_STREAM });
    die $error if $error;
    print +(getnameinfo($_->{addr}, NI_NUMERICHOST))[1], "\\n" for @found;`,
  ]);
  assert.deepEqual(
    (await getaddrinfo("localhost")).sort(),
    perlAddresses.trimEnd().split("\n").sort(),
  );
  assert.deepEqual(await getaddrinfo("127.0.0.1"), ["127.0.0.1"]);
  assert.deepEqual(await getaddrinfo("::1"), ["::1"]);
  const perlName = await run([
    "perl",
    "-MSocket=:all",
    "-e",
    `print +(getnameinfo(pack_sockaddr_in(0, inet_aton("127.0.0.1")), NI_NAMEREQD))[1]`,
  ]);
  assert.equal(await getnameinfo("127.0.0.1"), perlName);
  assert.equal(hostname(), await run(["perl", "-MSys::Hostname", "-e", "print hostname"]));
}, { needs: ["perl"] });
