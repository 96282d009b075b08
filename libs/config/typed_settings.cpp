#include "config/typed_settings.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "config/bounded_file.hpp"

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

bool read_file(reader& in, const setting& s, std::string& path) {
    in.text(s, path);
    if (path.empty()) return false;
    try {
        if (!read_bounded(path).empty()) return true;
        in.problem(s.key, "the file '" + path + "' is empty");
    } catch (const error& e) {
        in.problem(s.key, e.what());
    }
    return false;
}

std::vector<std::string> read_secret_files(reader& in, const setting& s) {
    std::vector<std::string> paths, secrets;
    in.list(s, paths);
    for (const std::string& path : paths) {
        try {
            auto text = read_bounded(path);
            if (text.ends_with('\n')) text.pop_back();
            if (text.ends_with('\r')) text.pop_back();
            if (text.empty()) {
                in.problem(s.key, "the file '" + path + "' is empty");
            } else {
                secrets.push_back(std::move(text));
            }
        } catch (const error& e) {
            in.problem(s.key, e.what());
        }
    }
    return secrets;
}

void read_hosts(reader& in, const setting& s, std::vector<std::string>& values) {
    in.list(s, values);
    for (const std::string& host : values)
        if (host != "*" && !is_host(host))
            in.problem(s.key, "'" + host + "' is not a host; write its name without scheme, port and path, or *");
}

void check_apart(reader& in, std::string_view key, const std::string& address, std::uint16_t port,
                 const std::string& first_address, std::uint16_t first_port) {
    if (port == 0 || port != first_port) return;
    if (address == first_address || is_any(address) || is_any(first_address))
        in.problem(key, std::to_string(port) + " is the port of the service itself (PORT); choose another");
}

void read_token(reader& in, const setting& s, std::string& value) {
    in.secret(s, value);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!std::ranges::all_of(value, is_visible))
        in.problem(s.key, "must be printable ASCII without blanks or line ends");
}

void read_address(reader& in, const setting& s, std::string& value) {
    in.text(s, value);
    if (!is_ip(value)) in.problem(s.key, "is not an IP address; use such as 127.0.0.1, 0.0.0.0 or ::");
}

void read_base_path(reader& in, const setting& s, std::string& value) {
    in.text(s, value);
    while (value.ends_with('/'))
        value.pop_back();
    if (!value.empty() && !is_base_path(value))
        in.problem(s.key, "must start with / and hold only letters, digits and -._~/");
}

}  // namespace tidings::config
