# `make demo` shows what cleanpipe does, `make test` checks that it still does. Both install into .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-archive
SOURCES := pyproject.toml constraints.txt hatch_build.py $(shell find cleanpipe rules -type f -not -name '*.pyc')
FTFY := $(VENV)/ftfy-$(shell sed -n 's/^ftfy==//p' constraints.txt).tar.gz
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.PHONY: demo test clean
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@rm -rf $(DEMO)
	@$(BIN)/cleanpipe run fixtures/newsdump/input -o $(DEMO)
	@echo
	@echo "What is in $(DEMO)/:"
	@cd $(DEMO) && wc -l articles.jsonl edits.jsonl links.jsonl clusters.jsonl rejected.jsonl | sed '$$d'
	@echo
	@echo "Scored against what is known of these texts (fixtures/newsdump):"
	@$(BIN)/cleanpipe evaluate $(DEMO) fixtures/newsdump
	@echo
	@echo "Where to look:"
	@echo "  $(DEMO)/report.html in a browser: every story, its original, its copies and the evidence"
	@echo "  $(BIN)/cleanpipe explain $(DEMO) ID    why this repair, why this link (ids stand in articles.jsonl)"

test: $(VENV)/installed-dev | $(FTFY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2

# Removes what these targets made, and nothing else.
clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is missing or older than 3.11; name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) can't make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# The demo runs what a user installs: a copy, made again when a source changes. After `make test` there is an editable
# installation, which is never behind its sources: that serves as well, unless what it depends on has changed.
$(VENV)/installed: $(SOURCES) | $(BIN)/python
	@if ! { [ $(VENV)/installed-dev -nt pyproject.toml ] && [ $(VENV)/installed-dev -nt constraints.txt ]; }; then \
		echo "Installing cleanpipe into $(VENV) ..."; \
		$(PIP) . && rm -f $(VENV)/installed-dev; \
	fi
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt hatch_build.py | $(BIN)/python
	@echo "Installing cleanpipe with what its tests need into $(VENV) ..."
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/installed

# ftfy's own cases are in its source distribution alone. Without a network their test says that it is skipped.
$(FTFY): | $(VENV)/installed-dev
	@$(BIN)/python -m pip download -qq --disable-pip-version-check --no-deps --no-binary ftfy --no-build-isolation \
		-c constraints.txt -d $(VENV) ftfy || echo "ftfy's cases can't be fetched; their test is skipped" >&2
