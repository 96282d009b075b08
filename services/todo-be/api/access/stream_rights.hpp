// A stream of the change feed ends with the right to read it.
#pragma once

#include "domain/account_store.hpp"
#include "feed/event_feed.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// Ends streams within a second after their token has expired or was revoked, by whichever replica, or who reads is no
// longer a member of the list, with one question for all of them (two where there are such of lists); while the
// database is away nothing is known, and nothing is read. Runs until the surrounding task is cancelled.
runtime::task<> watch_stream_rights(event_feed& feed, account_store& accounts);

}  // namespace tidings::todo_be
