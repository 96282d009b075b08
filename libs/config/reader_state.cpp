#include "config/reader_state.hpp"

#include <algorithm>

#include "config/bounded_file.hpp"
#include "config/suggestion.hpp"

namespace tidings::config {

namespace {

const std::string* lookup(const environment& env, std::string_view name) {
    const auto found = env.find(name);
    return found == env.end() || found->second.empty() ? nullptr : &found->second;
}

void drop_one_newline(std::string& text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

void reader::state::remember(const setting& s, std::string default_text) {
    asked.push_back({std::string(s.key), std::string(s.variable), std::move(default_text), std::string(s.meaning)});
}

std::string reader::state::name_of(const yaml_node& n) const {
    return prefix + n.key + " (" + doc.source + " line " + std::to_string(n.line) + ")";
}

std::string reader::state::place_of(std::string_view key) const {
    auto name = set_by(key);
    if (name != key) return name;
    const yaml_node* place = prefix.empty() ? nullptr : &map;
    const yaml_node* n = &map;
    for (std::string_view rest = key; n != nullptr && !rest.empty();) {
        const auto end = std::min(rest.find('.'), rest.size());
        n = n->find(rest.substr(0, end));
        if (n != nullptr) place = n;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    name.insert(0, prefix);
    return place == nullptr ? name : name + " (" + doc.source + " line " + std::to_string(place->line) + ")";
}

std::optional<located_value> reader::state::from_environment(std::string_view variable) {
    if (variable.empty()) return std::nullopt;
    if (const std::string* value = lookup(doc.environment, variable))
        return located_value{*value, std::string(variable), true};
    return from_mounted_file(variable);
}

std::optional<located_value> reader::state::from_mounted_file(std::string_view variable) {
    const std::string name = std::string(variable) + "_FILE";
    const std::string* path = lookup(doc.environment, name);
    if (path == nullptr) return std::nullopt;
    try {
        located_value found{read_bounded(*path), name, false};
        drop_one_newline(found.text);
        // An empty secret would quietly switch off what it protects.
        if (!found.text.empty()) return found;
        note(name, "the file '" + *path + "' is empty");
    } catch (const error& e) {
        note(name, e.what());
    }
    return std::nullopt;
}

std::optional<located_value> reader::state::value_of(const setting& s) {
    if (auto found = from_environment(s.variable)) return found;
    const yaml_node* n = map.find(s.key);
    if (n == nullptr) return std::nullopt;
    if (n->is == yaml_node::kind::scalar) return located_value{n->text, name_of(*n), true};
    note(name_of(*n), "needs a single value, not a list or a map");
    return std::nullopt;
}

std::optional<std::vector<located_value>> reader::state::items_of(const setting& s) {
    std::vector<located_value> items;
    if (const auto found = from_environment(s.variable)) {
        for (const std::string_view item : split_list(found->text))
            items.push_back({std::string(item), found->name, found->shown});
        return items;
    }
    const yaml_node* n = map.find(s.key);
    if (n == nullptr) return std::nullopt;
    const auto is_scalar = [](const yaml_node& item) { return item.is == yaml_node::kind::scalar; };
    if (n->is != yaml_node::kind::list || !std::ranges::all_of(n->children, is_scalar)) {
        note(name_of(*n), "needs a list of single values, such as [a, b]");
        return std::nullopt;
    }
    for (const yaml_node& item : n->children)
        items.push_back({item.text, name_of(*n), true});
    return items;
}

std::string reader::state::set_by(std::string_view key) const {
    const auto found = std::ranges::find(asked, key, &asked_setting::key);
    if (found == asked.end() || found->variable.empty()) return std::string(key);
    for (std::string name : {found->variable, found->variable + "_FILE"})
        if (lookup(doc.environment, name) != nullptr) return name;
    return std::string(key);
}

void reader::state::describe_item(std::string_view key, const std::function<void(reader&)>& item) {
    reader nested(std::make_unique<state>(nullptr, doc, map, ""));
    item(nested);
    for (asked_setting& row : nested.state_->asked) {
        row.key.insert(0, std::string(key) + ".");
        asked.push_back(std::move(row));
    }
}

void reader::state::note_unknown_keys() {
    std::vector<std::string> known;
    known.reserve(asked.size());
    for (const asked_setting& a : asked)
        known.push_back(a.key);
    for (const yaml_node& n : map.children) {
        if (std::ranges::find(known, n.key) != known.end()) continue;
        doc.problems.push_back("unknown key '" + prefix + n.key + "' in " + doc.source + " line " +
                               std::to_string(n.line) + suggestion(n.key, known));
    }
}

}  // namespace tidings::config
