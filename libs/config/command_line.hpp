// Options of the command line.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

// The command line that every service has: `--config FILE` (else $CONFIG_FILE, else none), `--help`, `--version`,
// plus bare flags and options with a value that the service names (such as "--migrate-only", "--scheduled-at TIME"; a
// value may also follow as --name=VALUE). Throws config::error on anything else.
struct command_line {
    std::string config_file;
    bool help = false;
    bool version = false;
    std::vector<std::string> flags;             // those of `known_flags` that were given
    std::map<std::string, std::string> values;  // those of `known_values` that were given; the last one counts
};
command_line parse_command_line(int argc, const char* const* argv,
                                const std::vector<std::string_view>& known_flags = {},
                                const std::vector<std::string_view>& known_values = {});

}  // namespace tidings::config
