// An event of any publisher, as a message of a chat. A line: its type; then the body.
#include "domain/chat_message.hpp"

#include <boost/json.hpp>

#include "fuzz/fuzz.hpp"
#include "text/utf8.hpp"

namespace tidings::fuzz {

namespace {

using broadcaster::webhook_format;

std::size_t utf16_length(std::string_view text) {
    std::size_t n = 0;
    for (const char c : text)
        n += text::is_continuation(c) ? 0 : static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
    return n;
}

}  // namespace

void check(std::string_view bytes) {
    std::string type(next_part(bytes));
    std::erase_if(type, [](char c) { return c < 0x20 || c >= 0x7f; });  // as events have them
    const auto text_of = [&](webhook_format f, const char* member) {
        const auto message = boost::json::parse(broadcaster::chat_message(f, type, bytes));
        return std::string(message.at(member).as_string());
    };
    const auto slack = text_of(webhook_format::slack, "text");
    require(utf16_length(slack) <= broadcaster::longest_slack, "Slack takes it");
    require(slack.find_first_of("<>") == std::string::npos, "no link, no mention");
    const auto discord = text_of(webhook_format::discord, "content");
    require(utf16_length(discord) <= broadcaster::longest_discord, "Discord takes it");
    for (std::size_t i = 0; i < discord.size(); ++i) {
        require(std::string_view("*`|<>[]()@").find(discord[i]) == std::string_view::npos, "markup is escaped");
        if (discord[i] == '\\') ++i;
    }
    require(utf16_length(text_of(webhook_format::telegram, "text")) <= broadcaster::longest_telegram,
            "Telegram takes it");
}

}  // namespace tidings::fuzz
