#include "domain/chat_message.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "domain/chat_text.hpp"
#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::string_view cut_mark = "\u2026";

// What stands in a message for one character of the text.
using escaping = std::string (*)(std::string_view character);

std::string as_it_is(std::string_view character) { return std::string(character); }

// https://api.slack.com/reference/surfaces/formatting#escaping
std::string for_slack(std::string_view character) {
    if (character == "&") return "&amp;";
    if (character == "<") return "&lt;";
    return character == ">" ? "&gt;" : std::string(character);
}

// A backslash before punctuation takes its meaning away.
std::string for_discord(std::string_view character) {
    constexpr std::string_view markup = "\\*_~`|<>#-+[]()@:";
    const bool escaped = character.size() == 1 && markup.find(character.front()) != std::string_view::npos;
    return (escaped ? "\\" : "") + std::string(character);
}

std::size_t utf16_length(std::string_view text) {
    std::size_t n = 0;
    while (!text.empty()) {
        const auto c = text::first_code_point(text);
        n += c.value > 0xFFFF ? 2 : 1;
        text.remove_prefix(c.length);
    }
    return n;
}

// The length of a plain URL at the front: there markup means nothing, and a backslash would break it. 0: there is none.
std::size_t url_length(std::string_view text) {
    if (!text.starts_with("https://") && !text.starts_with("http://")) return 0;
    const auto harmless = [](char c) {
        constexpr std::string_view others = "-._~:/?#&=%+,;!$";
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               others.find(c) != std::string_view::npos;
    };
    const auto word = text.substr(0, text.find_first_of(" \n"));
    return std::ranges::all_of(word, harmless) ? word.size() : 0;
}

// The beginning of the text, escaped, of at most `longest` characters.
std::string fitted(std::string_view text, std::size_t longest, escaping escape) {
    std::string out;
    std::size_t used = 0, cut = 0;  // `cut`: what leaves room for the mark
    std::size_t url = 0;            // bytes of one that are still to come
    bool word_begins = true;
    while (!text.empty()) {
        if (word_begins) url = url_length(text);
        const auto length = text::first_code_point(text).length;
        const auto character = text.substr(0, length);
        const auto c = static_cast<unsigned char>(character.front());
        const bool control = (c < 0x20 && c != '\n') || c == 0x7F;
        const auto added = control                            ? std::string(" ")
                           : url > 0 && escape == for_discord ? as_it_is(character)
                                                              : escape(character);
        const auto more = utf16_length(added);
        if (used + more > longest) return out.substr(0, cut).append(cut_mark);
        out += added;
        used += more;
        if (used < longest) cut = out.size();
        word_begins = character == " " || character == "\n";
        url -= std::min(url, length);
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string chat_message(webhook_format f, std::string_view type, std::string_view body) {
    const auto text = chat_text(type, body);
    if (f == webhook_format::slack)
        return json::serialize(json::object{{"text", fitted(text, longest_slack, for_slack)}, {"mrkdwn", false}});
    if (f == webhook_format::discord)
        return json::serialize(json::object{{"content", fitted(text, longest_discord, for_discord)},
                                            {"allowed_mentions", json::object{{"parse", json::array()}}}});
    return json::serialize(json::object{{"text", fitted(text, longest_telegram, as_it_is)},
                                        {"link_preview_options", json::object{{"is_disabled", true}}}});
}

}  // namespace tidings::broadcaster
