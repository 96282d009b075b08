// Where settings are looked up, and the problems noted so far. Internal to libs/config.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.hpp"
#include "config/value_text.hpp"
#include "config/yaml_tree.hpp"

namespace tidings::config {

// What all readers of one configuration share.
struct document {
    config::environment environment;
    std::string source;  // the file's name, for errors
    yaml_node root;
    std::vector<std::string> problems, remarks;
    bool describing = false;  // see reader::for_help()
};

// One value and where it was found: "PORT", "PORT_FILE", "port (config.yaml line 3)".
struct located_value {
    std::string text;
    std::string name;
    bool shown = true;

    raw_value raw() const { return {text, shown}; }
};

struct asked_setting {
    std::string key, variable, default_text, meaning;
};

// A reader looks at one map: the whole document, or one item of a list.
struct reader::state {
    state(std::unique_ptr<document> outermost, document& d, const yaml_node& m, std::string p)
        : owned(std::move(outermost)), doc(d), map(m), prefix(std::move(p)) {}

    std::unique_ptr<document> owned;  // by the outermost reader
    document& doc;
    const yaml_node& map;
    std::string prefix;  // "endpoints[2]."
    std::vector<asked_setting> asked;

    void remember(const setting& s, std::string default_text);
    void note(const std::string& name, std::string_view what) {
        doc.problems.push_back(name + ": " + std::string(what));
    }

    std::optional<located_value> value_of(const setting& s);
    // Nothing when the setting is not set at all.
    std::optional<std::vector<located_value>> items_of(const setting& s);
    void note_unknown_keys();
    // The variable (or its _FILE) that `key` was read from, else the key.
    std::string set_by(std::string_view key) const;
    void describe_item(std::string_view key, const std::function<void(reader&)>& item);

    std::string name_of(const yaml_node& n) const;
    // The variable, or the key with its line: "endpoints[1].source.stream (config.yaml line 7)"; of a key that is not
    // there the line of the map that should hold it.
    std::string place_of(std::string_view key) const;

  private:
    std::optional<located_value> from_environment(std::string_view variable);
    std::optional<located_value> from_mounted_file(std::string_view variable);
};

}  // namespace tidings::config
