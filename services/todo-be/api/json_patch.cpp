#include "api/json_patch.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json_pointer.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

// A to-do is smaller and flatter; copies of copies must not grow without end.
constexpr std::size_t largest_document = 128 * 1'024;
constexpr std::size_t deepest_document = 4;

constexpr std::size_t most_reported = 20;

enum class verb { add, remove, replace, move, copy, test };
constexpr std::array<std::string_view, 6> verbs{"add", "remove", "replace", "move", "copy", "test"};

struct operation {
    verb what;
    json_pointer path, from;
    const json::value* value = nullptr;
};

// Reads one operation; what is wrong with it is noted.
class operation_reader {
  public:
    operation_reader(const json::object& members, std::string place, violations& wrong)
        : members_(members), place_(std::move(place)), wrong_(wrong) {}

    operation read() {
        operation o{.what = read_verb(), .path = read_pointer("path"), .from = {}};
        if (o.what == verb::move || o.what == verb::copy) o.from = read_pointer("from");
        if (o.what == verb::add || o.what == verb::replace || o.what == verb::test) {
            o.value = members_.if_contains("value");
            if (o.value == nullptr) wrong_.push_back({place_ + "/value", errc::value_missing});
        }
        if (o.what == verb::move && is_within(o.path, o.from))
            wrong_.push_back({place_ + "/path", errc::path_within_from});
        return o;
    }

  private:
    verb read_verb() {
        const auto* const given = members_.if_contains("op");
        const auto* const name = given == nullptr ? nullptr : given->if_string();
        const auto* const found =
            name == nullptr ? verbs.end() : std::find(verbs.begin(), verbs.end(), std::string_view(*name));
        if (found != verbs.end()) return static_cast<verb>(found - verbs.begin());
        wrong_.push_back({place_ + "/op", errc::operation_unknown});
        return verb::remove;
    }

    json_pointer read_pointer(const char* member) {
        const auto* const given = members_.if_contains(member);
        const auto* const text = given == nullptr ? nullptr : given->if_string();
        auto pointer = text == nullptr ? std::nullopt : parse_json_pointer(*text);
        if (pointer) return std::move(*pointer);
        wrong_.push_back({place_ + '/' + member, errc::pointer_invalid});
        return {};
    }

    // Whether `path` is a place inside `from`, which is then gone.
    static bool is_within(const json_pointer& path, const json_pointer& from) {
        return path.size() > from.size() && std::equal(from.begin(), from.end(), path.begin());
    }

    const json::object& members_;
    std::string place_;
    violations& wrong_;
};

std::optional<double> number_of(const json::value& v) {
    if (v.is_int64()) return static_cast<double>(v.get_int64());
    if (v.is_uint64()) return static_cast<double>(v.get_uint64());
    return v.is_double() ? std::optional(v.get_double()) : std::nullopt;
}

// As RFC 6902 (4.6) has it: numbers by their value, objects in any order. No to-do is deep: see fits().
bool same(const json::value& a, const json::value& b) {
    const auto number = number_of(a);
    if (number || number_of(b)) return number == number_of(b);
    if (a.is_array() && b.is_array()) {
        return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(), same);
    }
    if (!a.is_object() || !b.is_object()) return a == b;
    return a.get_object().size() == b.get_object().size() &&
           std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& member) {
               const auto* const other = b.get_object().if_contains(member.key());
               return other != nullptr && same(member.value(), *other);
           });
}

// Takes the size of `v` from what is left.
bool fits(const json::value& v, std::size_t levels, std::size_t& left) {
    std::size_t own = 16 + (v.is_string() ? v.get_string().size() : 0);
    if (v.is_object())
        for (const auto& member : v.get_object())
            own += member.key().size();
    if (levels == 0 || own > left) return false;
    left -= own;
    const auto inner = [&](const json::value& x) { return fits(x, levels - 1, left); };
    if (v.is_array()) return std::all_of(v.get_array().begin(), v.get_array().end(), inner);
    if (!v.is_object()) return true;
    return std::all_of(v.get_object().begin(), v.get_object().end(), [&](const auto& m) { return inner(m.value()); });
}

bool fits(const json::value& document) {
    auto left = largest_document;
    return fits(document, deepest_document, left);
}

// What is in its way; nothing when it is done. `place` is that of the operation.
std::optional<violation> apply(const operation& o, json::value& document, const std::string& place) {
    const auto missing = [&](const char* member) { return violation{place + member, errc::place_missing}; };
    json::value taken;
    if (o.what == verb::move || o.what == verb::copy) {
        const auto* const source = find_at(document, o.from);
        if (source == nullptr) return missing("/from");
        taken = *source;
        if (o.what == verb::move) remove_at(document, o.from);
    } else if (o.value != nullptr) {
        taken = *o.value;
    }
    auto* const target = find_at(document, o.path);
    if (o.what == verb::test || o.what == verb::replace) {
        if (target == nullptr) return missing("/path");
        if (o.what == verb::test && !same(*target, taken)) return violation{place + "/value", errc::test_failed};
        if (o.what == verb::replace) *target = std::move(taken);
        return std::nullopt;
    }
    const bool done = o.what == verb::remove ? remove_at(document, o.path) : add_at(document, o.path, std::move(taken));
    return done ? std::nullopt : std::optional(missing("/path"));
}

std::string place_of(std::size_t index) { return '/' + std::to_string(index); }

result<std::vector<operation>> read_operations(const json::value& operations, violations& wrong) {
    if (!operations.is_array()) return errc::patch_not_array;
    const auto& list = operations.get_array();
    if (list.size() > most_operations) {
        wrong.push_back({{}, errc::operations_too_many});
        return errc::patch_invalid;
    }
    std::vector<operation> read;
    for (std::size_t i = 0; i < list.size() && wrong.size() < most_reported; ++i) {
        if (list[i].is_object()) {
            read.push_back(operation_reader(list[i].get_object(), place_of(i), wrong).read());
        } else {
            wrong.push_back({place_of(i), errc::operation_not_object});
        }
    }
    if (!wrong.empty()) return errc::patch_invalid;
    return read;
}

}  // namespace

result<json::value> apply_json_patch(const json::value& operations, json::value document, violations& wrong) {
    const auto read = read_operations(operations, wrong);
    if (!read) return read.error();
    for (std::size_t i = 0; i < read->size(); ++i) {
        if (auto failure = apply((*read)[i], document, place_of(i))) {
            wrong.push_back(std::move(*failure));
            return errc::patch_conflict;
        }
        if (!fits(document)) {
            wrong.push_back({place_of(i), errc::document_too_large});
            return errc::patch_invalid;
        }
    }
    return document;
}

}  // namespace tidings::todo_be
