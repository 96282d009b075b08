#include "settings.hpp"

#include <algorithm>
#include <array>

#include "config/typed_settings.hpp"
#include "signing/webhook_key.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::receiver {

namespace {

struct stand_in {
    std::string_view option;
    const char* variable;
};

constexpr std::array stand_ins{stand_in{"--address", "RECEIVER_ADDRESS"}, stand_in{"--port", "PORT"},
                               stand_in{"--metrics-port", "METRICS_PORT"}, stand_in{"--secret", "RECEIVER_SECRET"}};

}  // namespace

std::vector<std::string_view> value_options() {
    std::vector<std::string_view> names;
    names.reserve(stand_ins.size());
    for (const auto& s : stand_ins)
        names.push_back(s.option);
    return names;
}

void apply(const config::command_line& line, config::environment& environment) {
    for (const auto& s : stand_ins) {
        const auto given = line.values.find(std::string(s.option));
        if (given != line.values.end()) environment[s.variable] = given->second;
    }
    for (const auto& flag : line.flags) {
        if (flag == "--quiet") environment["RECEIVER_QUIET"] = "true";
    }
}

settings read_settings(config::reader& in) {
    settings s;
    std::string secrets;
    config::read_address(in, {"address", "RECEIVER_ADDRESS", "address to listen on"}, s.address);
    in.number({"port", "PORT", "port to listen on; 0 takes a free one"}, s.port, 0, 65535);
    service::read(in, s.metrics);
    config::check_apart(in, "metrics_port", s.metrics.address, s.metrics.port, s.address, s.port);
    in.secret({"secrets", "RECEIVER_SECRET", "signing secrets: whsec_<base64> or whpk_<base64>, separated by commas"},
              secrets);
    in.flag({"quiet", "RECEIVER_QUIET", "show no line for each webhook"}, s.quiet);
    service::read(in, s.log);
    for (std::string_view rest = secrets; !rest.empty();) {
        const auto one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        if (one.empty()) continue;
        s.secrets.emplace_back(one);
        const auto key = signing::webhook_key::parse(one);
        if (!key) in.problem("secrets", "number " + std::to_string(s.secrets.size()) + " " + key.error().message());
    }
    return s;
}

}  // namespace tidings::receiver
