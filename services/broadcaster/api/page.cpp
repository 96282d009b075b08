#include "api/page.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <span>

#include "domain/endpoint.hpp"
#include "text/ascii.hpp"
#include "text/decimal.hpp"
#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_errors = 20;
constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_key = 256;
constexpr std::size_t largest_page = 200, largest_page_of_endpoints = 1'000,
                      all = std::numeric_limits<std::size_t>::max();

bool read_after(std::string_view text, page& p) {
    const auto n = read_sequence(text);
    p.after = n.value_or(0);
    return n.has_value();
}

bool read_before(std::string_view text, page& p) {
    const auto dot = text.find('.');
    const auto batch = read_sequence(text.substr(0, dot));
    if (!batch) return false;
    p.before = {*batch, 0};
    if (dot == std::string_view::npos) return true;
    const auto record = read_sequence(text.substr(dot + 1));
    p.before.record = static_cast<std::size_t>(record.value_or(0));
    return record.has_value();
}

template <std::size_t largest>
bool read_limit(std::string_view text, page& p) {
    const auto n = read_sequence(text);
    p.limit = static_cast<std::size_t>(n.value_or(0));
    return n && *n <= largest;
}

// What is stored may have another name than an endpoint may have: any key of a bucket.
bool read_after_name(std::string_view text, page& p) {
    constexpr std::string_view others = "-/_=.";
    p.after_name = text;
    return !text.empty() && text.size() <= longest_key && std::ranges::all_of(text, [&](char c) {
        return text::is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool read_endpoint(std::string_view text, page& p) {
    p.endpoint = text;
    return valid_endpoint_name(text);
}

struct parameter {
    std::string_view name;
    bool (*read)(std::string_view, page&);
    std::string_view rule;
};

constexpr parameter attempts_parameters[] = {
    {"before", read_before, "must be the `before` of another page"},
    {"limit", read_limit<largest_page>, "must be a whole number from 1 to 200"},
    {"endpoint", read_endpoint, "must be an endpoint's name: 1 to 40 of a-z, 0-9 and -"}};
constexpr parameter dead_letters_parameters[] = {
    {"after", read_after, "must be the `after` of another page: a whole number from 1 to 18446744073709551615"},
    attempts_parameters[1],
    attempts_parameters[2]};

constexpr parameter endpoints_parameters[] = {
    {"after", read_after_name, "must be the `after` of another page: a name in the list"},
    {"limit", read_limit<largest_page_of_endpoints>, "must be a whole number from 1 to 1000"}};

std::span<const parameter> parameters_of(list l) {
    if (l == list::attempts) return attempts_parameters;
    if (l == list::endpoints) return endpoints_parameters;
    return dead_letters_parameters;
}

}  // namespace

std::optional<std::uint64_t> read_sequence(std::string_view text) {
    const auto n = text::parse_number<std::uint64_t>(text);
    return n && *n > 0 ? n : std::nullopt;
}

std::string to_string(attempts_cursor c) {
    return std::to_string(c.batch) + (c.record > 0 ? '.' + std::to_string(c.record) : std::string());
}

page read_page(const http::request& r, list l, std::vector<http::field_error>& wrong) {
    page p;
    if (l == list::endpoints) p.limit = all;
    std::set<std::string_view> seen;
    const auto known = parameters_of(l);
    for (const auto& [name, value] : r.query) {
        if (wrong.size() == most_errors) break;
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.name == name; });
        if (found == known.end()) {
            wrong.push_back({std::string(text::shortened(name, longest_name)), "is not a parameter of this list"});
        } else if (!seen.insert(name).second) {
            wrong.push_back({name, "is given twice"});
        } else if (!found->read(value, p)) {
            wrong.push_back({name, std::string(found->rule)});
        }
    }
    return p;
}

std::vector<http::field_error> refuse_parameters(const http::request& r) {
    std::vector<http::field_error> wrong;
    for (const auto& [name, value] : r.query) {
        if (wrong.size() < most_errors)
            wrong.push_back({std::string(text::shortened(name, longest_name)), "is not a parameter here"});
    }
    return wrong;
}

}  // namespace tidings::broadcaster
