#include "config/command_line.hpp"

#include <algorithm>
#include <cstdlib>

#include "config/reader.hpp"
#include "config/suggestion.hpp"

namespace tidings::config {

namespace {

// `--name VALUE` and `--name=VALUE`, taken apart.
struct option {
    std::string name;
    bool has_value = false;
    std::string value;
};

option split(std::string_view text) {
    const std::size_t end = text.find('=');
    if (end == std::string_view::npos) return {std::string(text), false, {}};
    return {std::string(text.substr(0, end)), true, std::string(text.substr(end + 1))};
}

template <class Names>
bool contains(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// Walks over the words; a value may be the word behind its option.
class words {
  public:
    words(int argc, const char* const* argv) : argc_(argc), argv_(argv) {}
    bool more() const { return at_ < argc_; }
    option next() { return split(argv_[at_++]); }
    std::string value_of(const option& o) {
        if (o.has_value) return o.value;
        if (!more()) throw error(o.name + " needs a value");
        return argv_[at_++];
    }

  private:
    int argc_;
    const char* const* argv_;
    int at_ = 1;
};

[[noreturn]] void refuse(const option& o, const std::vector<std::string_view>& flags,
                         const std::vector<std::string_view>& values) {
    std::vector<std::string> known{"--config", "--help", "--version"};
    known.insert(known.end(), flags.begin(), flags.end());
    known.insert(known.end(), values.begin(), values.end());
    throw error("unknown option '" + o.name + "'" + suggestion(o.name, known) + " (--help lists all)");
}

}  // namespace

command_line parse_command_line(int argc, const char* const* argv, const std::vector<std::string_view>& known_flags,
                                const std::vector<std::string_view>& known_values) {
    command_line out;
    if (const char* file = std::getenv("CONFIG_FILE")) out.config_file = file;
    for (words in(argc, argv); in.more();) {
        const option o = in.next();
        if (o.name == "--config") {
            out.config_file = in.value_of(o);
        } else if (contains(known_values, o.name)) {
            out.values[o.name] = in.value_of(o);
        } else if (!o.has_value && (o.name == "--help" || o.name == "-h")) {
            out.help = true;
        } else if (!o.has_value && o.name == "--version") {
            out.version = true;
        } else if (!o.has_value && contains(known_flags, o.name)) {
            out.flags.push_back(o.name);
        } else {
            refuse(o, known_flags, known_values);
        }
    }
    return out;
}

}  // namespace tidings::config
