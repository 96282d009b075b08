// One signed webhook that carries no event, to see what its receiver makes of it.
#pragma once

#include "domain/endpoint.hpp"
#include "domain/test_result.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

// Sent as any webhook is (address policy, signature, TLS), once and on a connection of its own. Of the answer's body at
// most 1 KiB is kept. Waits no longer than 20 s. Pre: the endpoint has a url.
runtime::task<test_result> send_test_webhook(runtime::asio::io_context& ctx, endpoint e);

}  // namespace tidings::broadcaster
