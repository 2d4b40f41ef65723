import { containerNames, type Role } from "../../infra/names";
import { quote } from "../shared/questions";

/** Words of the shell that stand for this program's containers on a node, after {@link findOwnTasks}. */
export const ownTasks: Readonly<Record<Role, string>> = { agent: '"$agent"', generator: '"$generator"' };

/** Shell lines that find this program's containers on a node: their names hold ids. */
export const findOwnTasks: readonly string[] = Object.entries(containerNames).map(
  ([role, service]) =>
    `${role}=$(docker ps --quiet --filter ${quote(`label=com.docker.swarm.service.name=${service}`)} | head -n 1); export ${role}`,
);
