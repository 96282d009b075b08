#include "config/reader.hpp"

#include <unistd.h>

#include <algorithm>

#include "config/bounded_file.hpp"
#include "config/reader_state.hpp"
#include "config/suggestion.hpp"
#include "config/value_text.hpp"
#include "config/yaml_tree.hpp"

namespace tidings::config {

namespace {

std::unique_ptr<document> document_of(std::string_view yaml, std::string source, environment env) {
    auto doc = std::make_unique<document>();
    doc->environment = std::move(env);
    doc->root = parse_yaml(yaml, source);
    doc->source = std::move(source);
    return doc;
}

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
    std::string out;
    for (const std::string& item : items)
        out.append(out.empty() ? "" : separator).append(item);
    return out;
}

// One value after the other; a bad one is noted and leaves `value` as it was.
template <class State, class T, class Convert>
void take(State& state, const setting& s, T& value, Convert convert) {
    const auto found = state.value_of(s);
    if (!found) return;
    try {
        value = convert(found->raw());
    } catch (const bad_value& e) {
        state.note(found->name, e.what());
    }
}

}  // namespace

environment process_environment() {
    environment out;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t end = text.find('=');
        if (end != std::string_view::npos) out.emplace(text.substr(0, end), text.substr(end + 1));
    }
    return out;
}

reader::reader(std::unique_ptr<state> s) : state_(std::move(s)) {}
reader::~reader() = default;
reader::reader(reader&&) noexcept = default;

reader reader::load(const std::string& path, environment env) {
    auto doc =
        path.empty() ? document_of("", "", std::move(env)) : document_of(read_bounded(path), path, std::move(env));
    document& borrowed = *doc;
    return reader(std::make_unique<state>(std::move(doc), borrowed, borrowed.root, ""));
}

reader reader::parse(std::string_view yaml, environment env) {
    auto doc = document_of(yaml, "config.yaml", std::move(env));
    document& borrowed = *doc;
    return reader(std::make_unique<state>(std::move(doc), borrowed, borrowed.root, ""));
}

reader reader::for_help() {
    reader in = parse("", {});
    in.state_->doc.describing = true;
    return in;
}

void reader::text(const setting& s, std::string& value) {
    state_->remember(s, value);
    take(*state_, s, value, [](raw_value v) { return std::string(v.text); });
}

void reader::secret(const setting& s, std::string& value) {
    state_->remember(s, "");
    take(*state_, s, value, [](raw_value v) { return std::string(v.text); });
}

void reader::number(const setting& s, std::uint64_t& value, std::uint64_t lowest, std::uint64_t highest) {
    state_->remember(s, std::to_string(value));
    take(*state_, s, value, [=](raw_value v) { return to_number(v, lowest, highest); });
}

void reader::number(const setting& s, std::uint16_t& value, std::uint16_t lowest, std::uint16_t highest) {
    std::uint64_t wide = value;
    number(s, wide, lowest, highest);
    value = static_cast<std::uint16_t>(wide);
}

void reader::flag(const setting& s, bool& value) {
    state_->remember(s, value ? "true" : "false");
    take(*state_, s, value, to_flag);
}

void reader::duration(const setting& s, std::chrono::milliseconds& value, std::chrono::milliseconds lowest,
                      std::chrono::milliseconds highest) {
    state_->remember(s, duration_text(value));
    take(*state_, s, value, [=](raw_value v) { return to_duration(v, lowest, highest); });
}

void reader::choice(const setting& s, std::string& value, const std::vector<std::string_view>& allowed) {
    state_->remember(s, value);
    take(*state_, s, value, [&](raw_value v) { return to_choice(v, allowed); });
}

void reader::list(const setting& s, std::vector<std::string>& values) {
    state_->remember(s, joined(values, ","));
    const auto items = state_->items_of(s);
    if (!items) return;
    values.clear();
    for (const located_value& item : *items)
        values.push_back(item.text);
}

void reader::durations(const setting& s, std::vector<std::chrono::milliseconds>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const auto& d : values)
        texts.push_back(duration_text(d));
    state_->remember(s, joined(texts, ","));
    const auto items = state_->items_of(s);
    if (!items) return;
    values.clear();
    for (const located_value& item : *items) {
        try {
            values.push_back(to_duration(item.raw(), std::chrono::milliseconds(0), std::chrono::days(365)));
        } catch (const bad_value& e) {
            state_->note(item.name, e.what());
        }
    }
}

void reader::each(std::string_view key, std::string_view meaning, const std::function<void(reader&)>& item) {
    state_->remember({key, "", meaning}, "");
    const yaml_node* list = state_->map.find(key);
    if (state_->doc.describing) return state_->describe_item(std::string(key) + "[]", item);
    if (list == nullptr) return;
    const auto is_map = [](const yaml_node& n) { return n.is == yaml_node::kind::map; };
    if (list->is != yaml_node::kind::list || !std::ranges::all_of(list->children, is_map))
        return state_->note(state_->name_of(*list), "needs a list whose items are 'key: value' lines");
    for (std::size_t i = 0; i < list->children.size(); ++i) {
        std::string prefix = state_->prefix + std::string(key) + "[" + std::to_string(i) + "].";
        reader nested(std::make_unique<state>(nullptr, state_->doc, list->children[i], std::move(prefix)));
        item(nested);
        nested.state_->note_unknown_keys();
    }
}

void reader::within(std::string_view key, std::string_view meaning, const std::function<void(reader&)>& inner) {
    state_->remember({key, "", meaning}, "");
    if (state_->doc.describing) return state_->describe_item(key, inner);
    const yaml_node* map = state_->map.find(key);
    if (map == nullptr) return;
    if (map->is != yaml_node::kind::map) return state_->note(state_->name_of(*map), "needs 'key: value' lines");
    reader nested(std::make_unique<state>(nullptr, state_->doc, *map, state_->prefix + std::string(key) + "."));
    inner(nested);
    nested.state_->note_unknown_keys();
}

bool reader::has(std::string_view key) const { return state_->map.find(key) != nullptr; }

void reader::problem(std::string_view key, std::string_view what) {
    if (!what.empty()) state_->note(state_->place_of(key), what);
}

void reader::remark(std::string_view key, std::string_view what) {
    state_->doc.remarks.push_back(state_->prefix + state_->set_by(key) + ": " + std::string(what));
}

void reader::finish() {
    state_->note_unknown_keys();
    if (!state_->doc.problems.empty()) throw error(joined(state_->doc.problems, "\n"));
}

std::vector<std::string> reader::warnings() const {
    std::vector<std::string> known, out = state_->doc.remarks;
    for (const asked_setting& a : state_->asked)
        if (!a.variable.empty()) known.push_back(a.variable);
    known.emplace_back("CONFIG_FILE");
    for (const auto& [name, value] : state_->doc.environment) {
        const auto is_this = [&name](const std::string& k) { return name == k || name == k + "_FILE"; };
        if (value.empty() || std::ranges::any_of(known, is_this)) continue;
        const std::string meant = meant_variable(name, known);
        if (!meant.empty()) out.emplace_back(name).append(" is not a setting; did you mean ").append(meant) += '?';
    }
    return out;
}

std::string reader::describe() const {
    std::vector<asked_setting> rows = state_->asked;
    rows.insert(rows.begin(), {"KEY", "VARIABLE", "DEFAULT", "MEANING"});
    std::size_t widths[3]{};
    for (const asked_setting& row : rows) {
        widths[0] = std::max(widths[0], row.key.size());
        widths[1] = std::max(widths[1], row.variable.size());
        widths[2] = std::max(widths[2], row.default_text.size());
    }
    const auto padded = [](const std::string& text, std::size_t width) {
        return text + std::string(width - text.size() + 2, ' ');
    };
    std::string out;
    for (const asked_setting& row : rows)
        out += padded(row.key, widths[0]) + padded(row.variable, widths[1]) + padded(row.default_text, widths[2]) +
               row.meaning + "\n";
    return out;
}

}  // namespace tidings::config
