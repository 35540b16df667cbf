/**
 * What stands in for `fork` where V8 was not started for it: another Deno on a module.
 *
 *   deno run -A spawn_module.ts fork <count> 0 <command>
 */
import { spawnModule } from "../../process/mod.ts";
import { repeated } from "./task.ts";

await repeated({ fork: () => spawnModule(new URL("empty.ts", import.meta.url)).wait() });
