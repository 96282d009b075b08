#include "service/program.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

#include "observe/log.hpp"
#include "runtime/version.hpp"

namespace tidings::service {

namespace {

int print_help(const program& p, const config::command_line& line, const prepare_function& prepare) {
    auto in = config::reader::for_help();
    prepare(in, line);
    std::cout << p.usage
              << "\nSettings (YAML key, environment variable, default, meaning); NAME_FILE reads NAME from a file:\n\n"
              << in.describe();
    return EXIT_SUCCESS;
}

// What was read is forgotten: a file of ten thousand endpoints is large.
prepared prepare_from(const program& p, const config::command_line& line, config::environment environment,
                      const prepare_function& prepare) {
    auto in = config::reader::load(line.config_file, std::move(environment));
    auto ready = prepare(in, line);
    in.finish();
    log::setup(p.name, ready.log.level, ready.log.format);
    for (const auto& text : in.warnings())
        log::warn(text);
    return ready;
}

int start(const program& p, int argc, const char* const* argv, const prepare_function& prepare) {
    const auto line = config::parse_command_line(argc, argv, p.flags, p.options);
    if (line.version) {
        std::cout << p.name << ' ' << runtime::version() << '\n';
        return EXIT_SUCCESS;
    }
    if (line.help) return print_help(p, line, prepare);
    auto environment = config::process_environment();
    if (p.apply != nullptr) p.apply(line, environment);
    return prepare_from(p, line, std::move(environment), prepare).run();
}

}  // namespace

int run_program(const program& p, int argc, const char* const* argv, const prepare_function& prepare) {
    try {
        return start(p, argc, argv, prepare);
    } catch (const config::error& e) {
        std::cerr << p.name << " cannot start:\n" << e.what() << '\n';
        return exit_misconfigured;
    } catch (const std::exception& e) {
        std::cerr << p.name << " ended: " << e.what() << '\n';
        return EXIT_FAILURE;
    }
}

}  // namespace tidings::service
