"""PostgreSQL and nats-server of this machine, private to whoever starts them: `./dev`, the tests in Python, bench,
tools/release.

On loopback or a Unix socket, in a folder of the caller, as the user postgres where we are root.
"""
