#include "domain/change_notice.hpp"

#include <algorithm>

#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t most_owners = 200;  // a payload has at most 8,000 bytes

// Up to the next `end`, which goes too.
std::string_view take(std::string_view& rest, char end) {
    const auto word = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
}

}  // namespace

std::string notice_of(std::string_view writer, std::vector<user_id> owners) {
    std::ranges::sort(owners);
    owners.erase(std::ranges::unique(owners).begin(), owners.end());
    std::string text(writer);
    if (owners.size() > most_owners) return text + " * ";
    for (char before = ' '; const auto& o : owners) {
        (text += before) += std::to_string(o.value);
        before = ',';
    }
    return text += ' ';
}

change_notice read_notice(std::string_view payload) {
    change_notice n;
    if (payload.empty()) return n;
    auto rest = payload;
    n.writer = take(rest, ' ');
    auto owners = take(rest, ' ');
    n.everybodys = owners.empty() || rest.empty() || owners == "*";
    while (!owners.empty() && !n.everybodys) {
        const auto number = text::parse_number<std::int32_t>(take(owners, ','));
        n.everybodys = !number;
        if (number) n.owners.push_back({*number});
    }
    if (n.everybodys) n.owners.clear();
    if (!rest.empty()) n.commit = payload;
    return n;
}

}  // namespace tidings::todo_be
