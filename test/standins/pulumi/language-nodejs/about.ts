import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AboutResponse, DependencyInfo, GetProgramDependenciesResponse } from "@pulumi/pulumi/proto/language_pb";

/** What `pulumi about` shows of the runtime. */
export function about(): AboutResponse {
  const response = new AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("packagemanager", "npm");
  return response;
}

/** The program's own dependencies, as `pulumi about` lists them: names in order, versions as installed. */
export async function programDependencies(directory: string): Promise<GetProgramDependenciesResponse> {
  const read = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  const manifest = await read(join(directory, "package.json"));
  const response = new GetProgramDependenciesResponse();
  for (const name of Object.keys(manifest["dependencies"] ?? {}).sort()) {
    const installed = await read(join(directory, "node_modules", name, "package.json"));
    const item = new DependencyInfo();
    item.setName(name);
    item.setVersion(String(installed["version"]));
    response.addDependencies(item);
  }
  return response;
}
