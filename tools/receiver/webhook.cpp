#include "webhook.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "observe/log_quote.hpp"

namespace tidings::receiver {

namespace {

constexpr std::size_t longest_excerpt = 80;

// At most `limit` bytes, not cut within a UTF-8 sequence.
std::string cut(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80)
        --limit;
    return text.substr(0, limit) + "...";
}

}  // namespace

std::string excerpt(std::string_view body) {
    boost::system::error_code ec;
    const auto value = boost::json::parse(body, ec);
    const auto* object = ec ? nullptr : value.if_object();
    const auto* data = object == nullptr ? nullptr : object->if_contains("data");
    return cut(data == nullptr ? std::string(body) : boost::json::serialize(*data), longest_excerpt);
}

std::string to_line(const webhook& w) {
    std::string line = w.time + "  " + w.answer + "  " + w.path + "  " + w.verdict;
    for (const auto& part : {w.type, w.subject, excerpt(w.body)}) {
        if (!part.empty()) line.append("  ").append(part);
    }
    return log::printable(line) + '\n';
}

}  // namespace tidings::receiver
