"""This machine's PostgreSQL and nats-server, private to their caller: `./dev`, Python tests, bench, tools/release.

On loopback or a Unix socket, in a folder of the caller, as the user postgres where we are root.
"""
