// YAML text as a tree of our own that remembers lines, so that every error can name one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

struct yaml_node {
    enum class kind { null, scalar, list, map };
    kind is = kind::null;
    std::string key;   // set when the node is the value of a map's key
    std::string text;  // of a scalar
    int line = 0;      // from 1; of the key for a map's values
    std::vector<yaml_node> children;

    // The value of `name` in a map; null when absent or null itself.
    const yaml_node* find(std::string_view name) const;
};

// One document whose root is a map; an empty text is an empty map. `source` names the text in errors.
// Throws error when the text is not YAML, is nested deeper than 16, has more than 500,000 values, uses aliases (which
// can expand a short text endlessly), or repeats a key.
yaml_node parse_yaml(std::string_view text, const std::string& source);

}  // namespace tidings::config
