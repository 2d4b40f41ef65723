import { UserError } from "../shared/errors";

/** URL schemes of backends that several machines can share. */
const shared = /^(s3|azblob|gs|https?|postgres):\/\//;

/**
 * Refuses to run on a CI runner without a shared backend: the state would be lost with the runner, and the next run would create
 * everything again.
 * @param environment `CI` is set on a runner; `PULUMI_BACKEND_URL` names the backend.
 * @throws UserError if a runner has no shared backend.
 */
export function requireSharedBackend(environment: NodeJS.ProcessEnv): void {
  if ((environment["CI"] ?? "") === "") return;
  const url = environment["PULUMI_BACKEND_URL"] ?? "";
  if (shared.test(url)) return;
  const found =
    url === "" ? "PULUMI_BACKEND_URL is not set" : `PULUMI_BACKEND_URL is a local one (${url.split("?")[0]})`;
  throw new UserError(
    `The pipeline needs a backend that all runs share, and ${found}. Set the repository's secret PULUMI_BACKEND_URL to ` +
      "s3://…, azblob://…, gs://… or https://api.pulumi.com: docs/state.md says how, and how a stack moves there.",
  );
}
