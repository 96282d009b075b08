"""Drills of the promise: events at a steady rate while something is killed, frozen or cut off; `./dev drill`.

Every run starts a nats-server, broadcasters and a receiver of its own, and compares what JetStream acknowledged with
what each endpoint accepted.
"""
