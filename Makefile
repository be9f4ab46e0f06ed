# Everything is done by setup/ (standard library, any Python from 3.11 on) and, once it is installed, by `hientruong`.
# Another port: PORT=9000 make run. Another interpreter: PYTHON=python3.13 make run.
PYTHON ?= python3
BOOTSTRAP = @command -v $(PYTHON) >/dev/null || { echo "hientruong: $(PYTHON) is not there: install Python 3.11 or newer (apt-get install python3), then run this again." >&2; exit 1; }; exec $(PYTHON) -m setup.bootstrap

.PHONY: help run test bench web install clean

help:
	@echo "make run     install what is missing and run the demo city on http://127.0.0.1:8000"
	@echo "make test    the same set-up, then every test"
	@echo "make bench   the measurements of docs/performance.md"
	@echo "make web     build the web apps if their sources changed"
	@echo "make clean   remove the database and everything else in .local/, after asking"

run:
	$(BOOTSTRAP) run

test:
	$(BOOTSTRAP) test

bench:
	$(BOOTSTRAP) bench

web:
	$(BOOTSTRAP) web

install:
	$(BOOTSTRAP) install

clean:
	$(BOOTSTRAP) clean
