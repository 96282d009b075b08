#include "pg/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "pg/tls_mode.hpp"

namespace tidings::pg {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw error("08001", "connection settings: " + what); }

// libpq's messages quote their input: only the name of an option is safe to repeat, and only where it cannot be part
// of a password (after the login of a URL, or before any password).
std::string unknown_option(const std::string& conninfo, std::string_view message) {
    const auto start = message.find('"');
    const auto end = message.rfind('"');
    const bool names_option =
        message.starts_with("invalid URI query parameter: ") || message.starts_with("invalid connection option ");
    if (!names_option || start == end) return {};
    const std::string name(message.substr(start + 1, end - start - 1));
    const bool is_url = conninfo.find("://") != std::string::npos;
    const auto login_end = conninfo.rfind('@');
    const auto from = is_url && login_end != std::string::npos ? login_end : 0;
    const auto at = conninfo.find(name, from);
    const bool after_password = conninfo.substr(from, at - from).find("pass") != std::string::npos;
    if (at == std::string::npos || after_password || conninfo.find(name) < from) return {};
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) return {};
    return "it has no option '" + name + "'";
}

std::string why_not(const std::string& conninfo, const char* message) {
    auto text = unknown_option(conninfo, message != nullptr ? message : "");
    if (!text.empty()) return text;
    return "neither keyword=value pairs nor a valid postgresql:// URL; write "
           "postgresql://user:password@host:port/database, with %40 for an @ in the password";
}

keywords parse(const std::string& conninfo) {
    const auto free_options = [](PQconninfoOption* o) { PQconninfoFree(o); };
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(free_options)> options(PQconninfoParse(conninfo.c_str(), &message),
                                                                            free_options);
    const std::unique_ptr<char, decltype(&PQfreemem)> owned_message(message, PQfreemem);
    if (!options) refuse(why_not(conninfo, message));
    keywords k;
    for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
        if (o->val != nullptr) k[o->keyword] = o->val;
    }
    return k;
}

// An unescaped '@' or '/' in a password moves a part of it into host, port or database.
void check_for_misplaced_password(const keywords& k, bool is_url) {
    if (const auto host = k.find("host"); host != k.end() && host->second.find('@', 1) != std::string::npos) {
        refuse("the host contains '@': percent-encode the password");
    }
    if (const auto port = k.find("port"); port != k.end()) {
        if (port->second.find_first_not_of("0123456789,") != std::string::npos) refuse("the port is not a number");
    }
    // "postgresql://user:12/rest@host/db": the user became the host, and the rest would be shown as the database.
    const auto name = k.find("dbname");
    if (is_url && name != k.end() && name->second.find_first_of("@/") != std::string::npos) {
        refuse("the database contains '@' or '/': percent-encode the password");
    }
}

bool is_ip(const std::string& text) {
    boost::system::error_code not_an_address;
    runtime::asio::ip::make_address(text, not_an_address);
    return !not_an_address;
}

bool is_port(const std::string& text) {
    return text.empty() || (text.size() <= 5 && std::stoi(text) >= 1 && std::stoi(text) <= 65535);
}

void check_ports(const keywords& k) {
    const auto port = k.find("port");
    if (port == k.end()) return;
    const auto ports = split_list(port->second);
    if (!std::all_of(ports.begin(), ports.end(), is_port)) refuse("the port is not one of 1..65535");
    auto host = k.find("hostaddr");
    if (host == k.end()) host = k.find("host");
    const auto hosts = host == k.end() ? 1 : split_list(host->second).size();
    if (ports.size() > 1 && ports.size() != hosts) refuse("there are not as many ports as hosts");
}

void check_choice(const keywords& k, const char* name, std::initializer_list<std::string_view> allowed) {
    const auto found = k.find(name);
    if (found == k.end() || std::find(allowed.begin(), allowed.end(), found->second) != allowed.end()) return;
    std::string text = std::string(name) + " must be one of";
    for (const auto a : allowed)
        text.append(" ").append(a);
    refuse(text);
}

void check_number(const keywords& k, const char* name) {
    const auto found = k.find(name);
    if (found == k.end()) return;
    const auto digits = found->second.find_first_not_of("0123456789", found->second.starts_with('-') ? 1 : 0);
    if (found->second.size() > 9 || digits != std::string::npos) refuse(std::string(name) + " is not a number");
}

void check_addresses(const keywords& k) {
    const auto given = k.find("hostaddr");
    if (given == k.end() || given->second.empty()) return;
    const auto addresses = split_list(given->second);
    const auto is_address = [](const std::string& a) { return a.empty() || is_ip(a); };
    if (!std::ranges::all_of(addresses, is_address)) refuse("hostaddr is not an IP address");
    const auto host = k.find("host");
    if (host != k.end() && !host->second.empty() && split_list(host->second).size() != addresses.size())
        refuse("there are not as many addresses as hosts");
}

// libpq would say so at each attempt, as if it could become better.
void check_file(const keywords& k, const char* name) {
    const auto found = k.find(name);
    if (found == k.end() || !found->second.starts_with('/') || readable(found->second)) return;
    refuse(std::string(name) + ": the file " + found->second + " cannot be read");
}

// What libpq finds out no earlier than it connects.
void check_values(const keywords& k, const std::string& conninfo) {
    check_for_misplaced_password(k, conninfo.starts_with("postgres"));
    check_ports(k);
    check_addresses(k);
    check_choice(k, "sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
    check_choice(k, "gssencmode", {"disable", "prefer", "require"});
    check_choice(k, "channel_binding", {"disable", "prefer", "require"});
    for (const char* name : {"connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
                             "keepalives_count", "tcp_user_timeout"})
        check_number(k, name);
    for (const char* name : {"sslrootcert", "sslcert", "sslkey"})
        check_file(k, name);
    check_choice(k, "target_session_attrs", {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"});
}

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i != 0) out += ',';
        out += list[i];
    }
    return out;
}

bool is_this_machine(const std::string& host) {
    if (is_ip(host)) return runtime::asio::ip::make_address(host).is_loopback();
    return host == "localhost" || needs_no_resolver(host);
}

}  // namespace

keywords connection_keywords(const connect_options& o) {
    keywords k = parse(o.conninfo);
    check_values(k, o.conninfo);
    // A dead peer shows after idle + count * interval = 5 s, unacknowledged data after 8 s.
    k.try_emplace("keepalives", "1");
    k.try_emplace("keepalives_idle", "2");
    k.try_emplace("keepalives_interval", "1");
    k.try_emplace("keepalives_count", "3");
    k.try_emplace("tcp_user_timeout", "8000");
    if (verifies(tls_mode(k))) {
        if (const auto file = trusted_certificates(k); !file.empty()) k.emplace("sslrootcert", file);
    }
    // Looking for Kerberos credentials reads files, and blocks.
    k.try_emplace("gssencmode", "disable");
    k.insert_or_assign("client_encoding", "UTF8");
    k.insert_or_assign("application_name", o.application_name);
    if (o.for_writes) k.try_emplace("target_session_attrs", "read-write");
    return k;
}

std::string conninfo_problem(const std::string& conninfo) {
    constexpr std::string_view prefix = "connection settings: ";
    try {
        check_values(parse(conninfo), conninfo);
    } catch (const error& e) {
        return std::string(e.what()).substr(prefix.size());
    }
    return {};
}

std::string conninfo_target(const std::string& conninfo) {
    keywords k = parse(conninfo);
    const auto hosts = split_list(k["host"].empty() ? k["hostaddr"] : k["host"]);
    const auto ports = split_list(k["port"]);
    std::string out;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        out.append(i == 0 ? "" : ",").append(hosts[i].empty() ? "localhost" : hosts[i]);
        const auto& port = ports.size() == hosts.size() ? ports[i] : ports.front();
        out.append(":").append(port.empty() ? "5432" : port);
    }
    return out + "/" + (k["dbname"].empty() ? k["user"] : k["dbname"]);
}

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> out;
    while (true) {
        const std::size_t comma = list.find(',');
        out.emplace_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return out;
        list.remove_prefix(comma + 1);
    }
}

bool needs_no_resolver(const std::string& host) {
    if (host.empty() || host.front() == '/' || host.front() == '@') return true;
    return is_ip(host);
}

bool readable_on_the_way(const std::string& conninfo) {
    try {
        const keywords k = parse(conninfo);
        const auto mode = tls_mode(k);
        if (mode == "require" || verifies(mode)) return false;
        auto hosts = k.find("hostaddr");
        if (hosts == k.end()) hosts = k.find("host");
        return hosts != k.end() && !std::ranges::all_of(split_list(hosts->second), is_this_machine);
    } catch (const error&) {
        return false;  // connecting reports the error
    }
}

void set_addresses(keywords& k, const std::vector<std::vector<std::string>>& found) {
    const std::vector<std::string> hosts = split_list(k["host"]);
    const std::vector<std::string> ports = split_list(k["port"]);
    std::vector<std::string> host, address, port;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const std::size_t times = std::max<std::size_t>(1, found[i].size());
        for (std::size_t n = 0; n < times; ++n) {
            host.push_back(hosts[i]);
            address.push_back(found[i].empty() ? std::string() : found[i][n]);
            if (ports.size() > 1) port.push_back(ports.at(i));
        }
    }
    k["host"] = joined(host);
    k["hostaddr"] = joined(address);
    if (!port.empty()) k["port"] = joined(port);
    if (k["port"].empty()) k.erase("port");
}

}  // namespace tidings::pg
