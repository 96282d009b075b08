// An event as a message for people, in the words of a chat service. Pure. Nothing in it is a link, a mention or markup
// because a publisher wrote it so, but for plain URLs; its length is what the service takes, cut with "…".
#pragma once

#include <string>
#include <string_view>

#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

inline constexpr std::string_view chat_content_type = "application/json";

// Characters of a message, as UTF-16 counts them, after what is escaped.
inline constexpr std::size_t longest_slack = 4'000;     // api.slack.com: chat.postMessage, "Truncating content"
inline constexpr std::size_t longest_discord = 2'000;   // discord.com/developers: Execute Webhook, `content`
inline constexpr std::size_t longest_telegram = 4'096;  // core.telegram.org/bots/api: sendMessage, `text`

// The body of the request, as JSON. `type` and `body`: of the event, and may be anything. Pre: is_chat(f).
std::string chat_message(webhook_format f, std::string_view type, std::string_view body);

}  // namespace tidings::broadcaster
