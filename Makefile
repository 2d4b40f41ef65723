# The entry points. Each recipe is one command that you could type yourself. The shell reads the variables, so that nothing in
# their values is a command.

STACK ?=
ENVIRONMENT ?=
HOST ?=
JSON ?=
WATCH ?=
# From bundles of their sources: docs/performance.md.
RUN := node tools/start.cjs
# $(call flag,NAME,FLAG): the flag if the variable is yes; anything else that is not empty is a mistake.
flag = $(if $($(1)),$(if $(filter-out yes,$($(1))),$(error $(1)=$($(1)) is not understood: write $(1)=yes, or leave it out),$(2)))
STATUS_OPTIONS = $(strip $(call flag,JSON,--json) $(if $(HOST),--host "$$HOST") $(call flag,WATCH,--watch))

.DEFAULT_GOAL := help
.PHONY: init check golden docs imports bench help toolchain sandbox sandbox-down clean test test-unit test-templates test-contract test-e2e test-fleet lint preview up destroy unlock forget status preview-all deploy drift

help: ## List the targets
	@awk -F ':.*## ' '/^##@ / { print "\n" substr($$0, 5) } /^[a-z0-9-]+:.*## / { \
		line = sprintf("  %-15s", $$1); count = split($$2, words, " "); \
		for (i = 1; i <= count; i++) { \
			if (length(line) + 1 + length(words[i]) > 80) { print line; line = sprintf("%17s", "") } \
			line = line " " words[i] } \
		print line }' $(MAKEFILE_LIST)

# Installed once, and again after a change of the lock file.
node_modules/.package-lock.json: package-lock.json
	@tools/install.sh
	@touch $@

##@ A try on this machine

sandbox: node_modules/.package-lock.json ## Start a monitored container host on this machine: 90 s, 12 minutes the first time (AGENT=5: the old agent)
	@$(RUN) tools/sandbox/up.ts

sandbox-down: node_modules/.package-lock.json ## Remove the sandbox
	@$(RUN) tools/sandbox/down.ts

##@ Your stacks

init: node_modules/.package-lock.json ## Write a new stack's file: asks, or takes variables (docs/first-steps.md)
	@$(RUN) tools/init/main.ts --project="$$PROJECT" --environment="$$ENVIRONMENT" --hosts="$$HOSTS" --key="$$KEY" \
		--fingerprints="$$FINGERPRINTS" --networks="$$NETWORKS" --integrations="$$INTEGRATIONS" --site="$$SITE" \
		--intake="$$INTAKE" --agent-image="$$AGENT_IMAGE" --generator-image="$$GENERATOR_IMAGE" \
		--api-key-file="$$API_KEY_FILE"

preview: node_modules/.package-lock.json ## STACK=name: what `up` would change (LIVE=yes: also on the hosts as they are now)
	@$(RUN) tools/deploy/main.ts preview "$$STACK"

.PHONY: render
render: node_modules/.package-lock.json ## STACK=name: what `up` would change in the configs of each host (HOST=name: one host; JSON=yes: for scripts)
	@$(RUN) tools/render/main.ts "$$STACK" $(call flag,JSON,--json) $(if $(HOST),--host "$$HOST")

up: node_modules/.package-lock.json ## STACK=name: deploy the stack
	@$(RUN) tools/deploy/main.ts up "$$STACK"

status: node_modules/.package-lock.json ## STACK=name: what is monitored and what is not, and why (HOST=name: one host; JSON=yes: for scripts; WATCH=yes: repeatedly)
	@$(RUN) tools/status/main.ts "$$STACK" $(STATUS_OPTIONS)

check: node_modules/.package-lock.json ## STACK=name HOST=name CONTAINER=name: run this container's check now, and show what it collects (JSON=yes: for scripts)
	@$(RUN) tools/check/main.ts "$$STACK" --host "$$HOST" --container "$$CONTAINER" $(call flag,JSON,--json)

drift: node_modules/.package-lock.json ## STACK=name: check whether the hosts are still as `up` left them (HOST, JSON, WATCH as for status; default: every stack)
	@$(RUN) $(if $(STACK)$(STATUS_OPTIONS),tools/status/main.ts "$$STACK" --drift $(STATUS_OPTIONS),tools/pipeline/main.ts drift)

.PHONY: rollback
rollback: node_modules/.package-lock.json ## STACK=name: go back to the last successful deploy from another commit
	@$(RUN) tools/rollback/main.ts "$$STACK"

unlock: node_modules/.package-lock.json ## STACK=name: remove the lock of a killed run
	@$(RUN) tools/deploy/main.ts unlock "$$STACK"

forget: node_modules/.package-lock.json ## STACK=name HOST=name: remove a host that is gone for good from the state
	@$(RUN) tools/deploy/forget.ts "$$STACK" "$$HOST"

destroy: node_modules/.package-lock.json ## STACK=name: remove everything from the stack's hosts
	@$(RUN) tools/deploy/main.ts destroy "$$STACK"

##@ Pipelines

preview-all: node_modules/.package-lock.json ## Preview every stack; in a pull or merge request, as a comment too
	@$(RUN) tools/pipeline/main.ts preview-all

deploy: node_modules/.package-lock.json ## ENVIRONMENT=name: deploy every stack of this environment, such as staging
	@$(RUN) tools/pipeline/main.ts deploy "$$ENVIRONMENT"

##@ Programs

toolchain: node_modules/.package-lock.json ## Find, download or build the programs that a deploy needs
	@$(RUN) tools/toolchain/main.ts

.PHONY: versions
versions: node_modules/.package-lock.json ## Show which versions this clone uses, and what is newer
	@$(RUN) tools/versions/main.ts

clean: node_modules/.package-lock.json ## Remove the caches that toolchain, sandbox and tests keep
	@$(RUN) tools/toolchain/main.ts clean

##@ Development

test: node_modules/.package-lock.json ## Run all tests, with one count at the end
	@$(RUN) tools/test/main.ts

test-unit: node_modules/.package-lock.json ## Run linters, type check, unit tests and golden graphs: no host needed
	@$(RUN) tools/test/main.ts lint go unit golden

test-templates: node_modules/.package-lock.json ## Run the templates under the generator: no host needed
	@$(RUN) tools/test/main.ts templates

test-contract: node_modules/.package-lock.json ## Test the behaviour of plugins, docker-gen and agent
	@$(RUN) tools/test/main.ts contract

test-e2e: node_modules/.package-lock.json ## Test everything together, against test hosts
	@$(RUN) tools/test/main.ts sandbox e2e

test-fleet: node_modules/.package-lock.json ## Test a fleet of eight hosts, and a host behind a jump host
	@$(RUN) tools/test/main.ts fleet

test-times: node_modules/.package-lock.json ## Show where the time of the last test run went, file by file
	@$(RUN) tools/test/times.ts

imports: node_modules/.package-lock.json ## Print the graph of imports between folders
	@npx depcruise --output-type mermaid --include-only '^(infra|sandbox|tools|test)/' --collapse '^(infra/[^/]+|tools/[^/]+|sandbox/[^/]+|test)/' infra sandbox tools test

golden: node_modules/.package-lock.json ## Renew the golden graphs: read their diff before you commit it
	@RENEW_GOLDEN_GRAPHS=yes npx vitest run --project golden

docs: node_modules/.package-lock.json ## Renew the files that are generated from the settings' schema, and README's pictures
	@$(RUN) tools/docs/main.ts

.PHONY: record
record: node_modules/.package-lock.json ## Record the run that README shows, on the sandbox; then run `make docs`
	@$(RUN) tools/docs/record.ts

bench: node_modules/.package-lock.json ## Measure deploys and container changes beside other ways to do them: docs/performance.md (KEEP=yes: for the plots)
	@$(RUN) test/bench/main.ts usual

.PHONY: bench-quick bench-all bench-swarm bench-compare bench-plots
bench-quick: node_modules/.package-lock.json ## Measure the same on one host, once
	@$(RUN) test/bench/main.ts quick

bench-all: node_modules/.package-lock.json ## Measure the same on 1, 2, 4 and 8 hosts, five times (KEEP=yes: for the plots)
	@$(RUN) test/bench/main.ts all

bench-swarm: node_modules/.package-lock.json ## Measure this program alone, on 1, 3 and 5 machines as a list of hosts and as a Swarm
	@$(RUN) test/bench/main.ts swarm

bench-compare: node_modules/.package-lock.json ## Compare the last measurement here with the kept one: fails where something got slower
	@$(RUN) test/bench/main.ts compare

bench-plots: node_modules/.package-lock.json ## Draw the plots from the kept measurement, and write its figures into README and docs/performance.md
	@$(RUN) test/bench/plots.ts

.PHONY: profile
profile: node_modules/.package-lock.json ## Where the time of a preview goes: docs/performance.md (HOSTS=100: of so many hosts; RUNS=1: once)
	@$(RUN) test/bench/profile.ts
