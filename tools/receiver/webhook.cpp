#include "webhook.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "observe/log_quote.hpp"
#include "text/utf8.hpp"

namespace tidings::receiver {

namespace {

constexpr std::size_t longest_excerpt = 80;

std::string cut(const std::string& text, std::size_t limit) {
    const auto kept = text::shortened(text, limit);
    return kept.size() == text.size() ? text : std::string(kept) + "...";
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
