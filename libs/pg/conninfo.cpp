#include "pg/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstdlib>

namespace tidings::pg {

namespace {

[[noreturn]] void refuse(const char* what) { throw error("08001", std::string("connection settings: ") + what); }

keywords parse(const std::string& conninfo) {
    const auto free_options = [](PQconninfoOption* o) { PQconninfoFree(o); };
    const std::unique_ptr<PQconninfoOption, decltype(free_options)> options(PQconninfoParse(conninfo.c_str(), nullptr),
                                                                            free_options);
    if (!options) refuse("neither keyword=value pairs nor a valid postgresql:// URL");
    keywords k;
    for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
        if (o->val != nullptr) k[o->keyword] = o->val;
    }
    return k;
}

// An unescaped '@' or '/' in a password moves a part of it into host, port or database.
void check_for_misplaced_password(const keywords& k) {
    if (const auto host = k.find("host"); host != k.end() && host->second.find('@', 1) != std::string::npos) {
        refuse("the host contains '@': percent-encode the password");
    }
    if (const auto port = k.find("port"); port != k.end()) {
        if (port->second.find_first_not_of("0123456789,") != std::string::npos) refuse("the port is not a number");
    }
}

// "-c name=value", with a backslash before what would end a word.
void add_setting(std::string& options, const std::string& name, const std::string& value) {
    if (!options.empty()) options += ' ';
    options.append("-c ").append(name) += '=';
    for (const char c : value) {
        if (c == ' ' || c == '\\') options += '\\';
        options += c;
    }
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
    boost::system::error_code not_an_address;
    const auto address = runtime::asio::ip::make_address(host, not_an_address);
    if (!not_an_address) return address.is_loopback();
    return host == "localhost" || needs_no_resolver(host);
}

bool asks_for_tls(const keywords& k) {
    const char* from_environment = std::getenv("PGSSLMODE");
    std::string mode = from_environment == nullptr ? "prefer" : from_environment;
    if (const auto given = k.find("sslmode"); given != k.end()) mode = given->second;
    return mode == "require" || mode == "verify-ca" || mode == "verify-full";
}

}  // namespace

keywords connection_keywords(const connect_options& o) {
    keywords k = parse(o.conninfo);
    check_for_misplaced_password(k);
    // A dead peer shows after idle + count * interval = 5 s, unacknowledged data after 8 s.
    k.try_emplace("keepalives", "1");
    k.try_emplace("keepalives_idle", "2");
    k.try_emplace("keepalives_interval", "1");
    k.try_emplace("keepalives_count", "3");
    k.try_emplace("tcp_user_timeout", "8000");
    // Looking for Kerberos credentials reads files, and blocks.
    k.try_emplace("gssencmode", "disable");
    k.insert_or_assign("client_encoding", "UTF8");
    k.insert_or_assign("application_name", o.application_name);
    if (o.for_writes) k.try_emplace("target_session_attrs", "read-write");
    for (const auto& [name, value] : o.settings)
        add_setting(k["options"], name, value);
    return k;
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
    boost::system::error_code not_an_address;
    runtime::asio::ip::make_address(host, not_an_address);
    return !not_an_address;
}

bool readable_on_the_way(const std::string& conninfo) {
    try {
        const keywords k = parse(conninfo);
        if (asks_for_tls(k)) return false;
        auto hosts = k.find("hostaddr");
        if (hosts == k.end()) hosts = k.find("host");
        return hosts != k.end() && !std::ranges::all_of(split_list(hosts->second), is_this_machine);
    } catch (const error&) {
        return false;  // whoever connects says what is wrong
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
