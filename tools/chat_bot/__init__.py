"""A client of the to-do API for people who chat: tools/bot. See README.md."""
