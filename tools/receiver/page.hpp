// The receiver's page for newcomers: the latest webhooks, newest first; it reloads itself.
#pragma once

#include <deque>
#include <string>

#include "http/message/response.hpp"
#include "webhook.hpp"

namespace tidings::receiver {

http::content render_page(const std::deque<webhook>& latest, const std::string& summary);

}  // namespace tidings::receiver
