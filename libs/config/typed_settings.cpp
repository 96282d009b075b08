// Settings that are text of a certain form.
#include <arpa/inet.h>

#include <algorithm>

#include "config/bounded_file.hpp"
#include "config/reader_state.hpp"
#include "config/suggestion.hpp"

namespace tidings::config {

namespace {

bool is_ip(const std::string& text) {
    in6_addr any{};
    return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

bool is_any(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

bool is_host(std::string_view text) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_base_path(std::string_view text) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    return text.starts_with('/') && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

bool reader::file(const setting& s, std::string& path) {
    text(s, path);
    if (path.empty()) return false;
    try {
        if (!read_bounded(path).empty()) return true;
        problem(s.key, "the file '" + path + "' is empty");
    } catch (const error& e) {
        problem(s.key, e.what());
    }
    return false;
}

void reader::hosts(const setting& s, std::vector<std::string>& values) {
    list(s, values);
    for (const std::string& host : values)
        if (host != "*" && !is_host(host))
            problem(s.key, "'" + host + "' is no host; write its name without scheme, port and path, or *");
}

void reader::apart(std::string_view key, const std::string& address, std::uint16_t port,
                   const std::string& first_address, std::uint16_t first_port) {
    if (port == 0 || port != first_port) return;
    if (address == first_address || is_any(address) || is_any(first_address))
        problem(key, std::to_string(port) + " is the port of the service itself (PORT); choose another");
}

void reader::token(const setting& s, std::string& value) {
    secret(s, value);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!std::ranges::all_of(value, is_visible)) problem(s.key, "must be printable ASCII without blanks or line ends");
}

void reader::address(const setting& s, std::string& value) {
    text(s, value);
    if (!is_ip(value)) problem(s.key, "is not an IP address; use such as 127.0.0.1, 0.0.0.0 or ::");
}

void reader::base_path(const setting& s, std::string& value) {
    text(s, value);
    while (value.ends_with('/'))
        value.pop_back();
    if (!value.empty() && !is_base_path(value))
        problem(s.key, "must start with / and hold only letters, digits and -._~/");
}

std::vector<std::string> reader::warnings() const {
    std::vector<std::string> known, out = state_->doc.remarks;
    for (const asked_setting& a : state_->asked)
        if (!a.variable.empty()) known.push_back(a.variable);
    known.emplace_back("CONFIG_FILE");
    for (const auto& [name, value] : state_->doc.environment) {
        const auto is_this = [&name](const std::string& k) { return name == k || name == k + "_FILE"; };
        if (value.empty() || std::ranges::any_of(known, is_this)) continue;
        const std::string meant = meant_variable(name, known);
        if (!meant.empty()) out.push_back(name + " is not a setting; did you mean " + meant + "?");
    }
    return out;
}

}  // namespace tidings::config
