# Portcullis: `make help` lists the targets.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
.PHONY: help build
help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14
build: ## release programs under .build/release
	swift build $(SWIFT_FLAGS)
