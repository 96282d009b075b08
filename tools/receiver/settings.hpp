// The settings of the receiver: options of the command line, else the environment, else a YAML file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/command_line.hpp"
#include "config/reader.hpp"
#include "service/settings.hpp"

namespace tidings::receiver {

struct settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8088;
    service::metrics_settings metrics;
    std::vector<std::string> secrets;  // several during a rotation; none: signatures are not checked
    bool quiet = false;
    service::log_settings log{.format = "text"};
};

// The options that set variables: "--port 9000" is PORT=9000. `environment` is changed accordingly.
std::vector<std::string_view> value_options();
void apply(const config::command_line& line, config::environment& environment);

// Reports all problems to `in`.
settings read_settings(config::reader& in);

}  // namespace tidings::receiver
