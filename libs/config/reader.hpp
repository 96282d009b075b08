// Configuration: a YAML file and the environment -> the plain structs of a service. The environment wins.
//
//     config::reader in = config::reader::load(file, environment);
//     in.number({"port", "PORT", "port of the HTTP API"}, c.port, 0, 65535);
//     in.secret({"api_token", "API_TOKEN", "bearer token of the API"}, c.api_token);
//     in.each("endpoints", "the receivers", [&](config::reader& item) { ... });
//     in.finish();   // throws config::error naming EVERY unknown key and bad value, one a line
//
// A setting `port` with variable `PORT` is read from, first found wins: $PORT; the file named by $PORT_FILE (its
// content less one trailing newline: mounted secrets); key `port` of the YAML file; the struct's current value (the
// default). An empty environment variable counts as not set. The value of a secret never appears in an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

// what() lists every problem, one a line, with the key or variable, what is wrong and how to fix it.
struct error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using environment = std::map<std::string, std::string, std::less<>>;
environment process_environment();

// `variable` may be empty: a setting that only the file has.
struct setting {
    std::string_view key;
    std::string_view variable;
    std::string_view meaning;  // one line for --help
};

class reader {
  public:
    // An empty `path` means no file. Throws error when the file cannot be read or is not YAML of a map.
    static reader load(const std::string& path, environment env);
    // The same from text; for tests.
    static reader parse(std::string_view yaml, environment env);
    ~reader();
    reader(reader&&) noexcept;

    void text(const setting& s, std::string& value);
    void secret(const setting& s, std::string& value);
    // Decimal digits only; lowest <= value <= highest.
    void number(const setting& s, std::uint64_t& value, std::uint64_t lowest, std::uint64_t highest);
    void number(const setting& s, std::uint16_t& value, std::uint16_t lowest, std::uint16_t highest);
    void flag(const setting& s, bool& value);  // as YAML 1.1 spells it (true, Yes, OFF, n), or 1, 0
    // "250ms", "10s", "5m", "1h", "7d".
    void duration(const setting& s, std::chrono::milliseconds& value, std::chrono::milliseconds lowest,
                  std::chrono::milliseconds highest);
    // One of `allowed`, in any case; `value` gets the spelling of `allowed`.
    void choice(const setting& s, std::string& value, const std::vector<std::string_view>& allowed);
    // A YAML list of scalars; from the environment comma-separated.
    void list(const setting& s, std::vector<std::string>& values);
    void durations(const setting& s, std::vector<std::chrono::milliseconds>& values);

    // Calls `item` for each map of the YAML list `key`; nested problems are named "endpoints[2].url".
    void each(std::string_view key, std::string_view meaning, const std::function<void(reader&)>& item);

    // Calls `inner` for the map that `key` holds, if there is one; nested problems are named "source.stream".
    void within(std::string_view key, std::string_view meaning, const std::function<void(reader&)>& inner);

    bool has(std::string_view key) const;
    // Records a problem found by the service's own checks
    // ("endpoints[1].url (config.yaml line 7): must start with http:// or https://"), under the variable's name when
    // the setting was read from there. An empty `what` is ignored.
    void problem(std::string_view key, std::string_view what);
    // Records something unusual but valid, for warnings().
    void remark(std::string_view key, std::string_view what);
    void finish();

    // To be logged as warnings: the remarks, and environment variables that resemble a setting but are not one
    // ("API_TOKN is not a setting; did you mean API_TOKEN?"; they may belong to another program).
    std::vector<std::string> warnings() const;

    // A reader without input that records the settings of list items, for describe().
    static reader for_help();
    // The settings read so far, as the table that --help prints: key, variable, default, meaning. The values of secrets
    // are omitted.
    std::string describe() const;

  private:
    struct state;
    explicit reader(std::unique_ptr<state> s);
    std::unique_ptr<state> state_;
};

}  // namespace tidings::config
