// main() of a service, but for what it serves: the command line, --help, --version, the settings, the log, and the exit
// codes that all programs share.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "config/command_line.hpp"
#include "config/reader.hpp"
#include "service/settings.hpp"

namespace tidings::service {

// A configuration error: the program cannot start, now or later, before a person has changed a setting.
inline constexpr int exit_misconfigured = 2;

struct program {
    std::string_view name;                       // a literal: the log keeps the view
    std::string_view usage;                      // what --help shows before the table of settings
    std::vector<std::string_view> flags = {};    // options without a value, beside --help and --version
    std::vector<std::string_view> options = {};  // options with a value, beside --config
    // For options that set variables: applied before the settings are read.
    void (*apply)(const config::command_line& line, config::environment& env) = nullptr;
};

// What is left when the settings are read.
struct prepared {
    log_settings log;
    std::function<int()> run;  // to the end of the program; returns the exit code
};

// Reads the settings from `in`, noting problems there (it neither throws nor calls finish()). Also called for
// --help, then without any setting.
using prepare_function = std::function<prepared(config::reader& in, const config::command_line& line)>;

// The exit code: that of run(); 2 for a configuration error; 1 for what run() throws. Both are named on standard error.
int run_program(const program& p, int argc, const char* const* argv, const prepare_function& prepare);

}  // namespace tidings::service
