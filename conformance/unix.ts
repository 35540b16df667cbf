/**
 * The row about sockets at paths.
 */
import { isSocket } from "../sockets/mod.ts";
import { between, differing, type Row, type Side } from "./case.ts";
import { fortune, started } from "./greetings.ts";
import { page } from "./perlipc.ts";
import { example, find, peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

const UNIX = "Unix-Domain TCP Clients and Servers";

const unixServer = page(47, UNIX, /begat/, { edits: [fortune] });
const unixClient = page(47, UNIX, /my \$rendezvous/);
const isThere = page(47, UNIX, /-S "\/dev\/log"/, {
  edits: [{ find: /\/dev\/log/, why: "a socket of the case's" }],
});

/** How a server of a side's is started at "catsock" on the stage; its program says something. */
function catsock(stage: Stage, side: Side, saying: readonly string[]): readonly string[] {
  const path = stage.stub("fortune", saying);
  if (side === "Perl") return unixServer.on(stage, { replacements: [path] });
  const script = 'echo "Hello there, it\'s now $(date)"; exec "$0"';
  return example("sockets/unix_server", stage.path("catsock"), "sh", "-c", script, path);
}

const paths: Row = {
  number: 47,
  title: "Unix sockets: -S, unlink before bind",
  note:
    "fortune is a program of the case's. Differs: Perl's server removes the path whoever is behind it; ours " +
    "takes over what was left behind, and leaves a server that lives alone.",
  cases: [
    between("two clients, before and after a server was killed", async (stage, side, client) => {
      const command = catsock(stage, side, peer(client, "programs", "fortune"));
      const path = stage.path("catsock");
      const ours = example("sockets/unix_client", path);
      const heard = [];
      for (let times = 0; times < 2; times++) {
        const running = await started(stage, command);
        const hear = client === "Perl" ? unixClient.on(stage, { args: [path] }) : ours;
        const text = await printed(stage, hear);
        heard.push(find(text, /^Hello there, it's now .*(\d{4})\n(.*)\n$/));
        await running[Symbol.asyncDispose]();
      }
      return heard;
    }),
    between("whether it is a socket", async (stage, maker, looker) => {
      await started(stage, catsock(stage, maker, ["true"]));
      const found = [];
      for (const path of [stage.path("catsock"), stage.path("bin")]) {
        if (looker === "ours") found.push(isSocket(path));
        else found.push((await stage.run(isThere.on(stage, { replacements: [path] }))).end === 0);
      }
      return found;
    }),
    differing(
      "a second server at the same path",
      { ours: "refused", Perl: "taken" },
      async (stage, side) => {
        const command = catsock(stage, side, ["true"]);
        await started(stage, command);
        const second = stage.start(command);
        if (side === "Perl") return /started/.test(await second.line()) ? "taken" : "refused";
        return await second.end() === 1 ? "refused" : "taken";
      },
    ),
  ],
};

/** Sockets at paths. */
export const unix: readonly Row[] = [paths];
