#include "api/batch_body.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "api/json_document.hpp"
#include "api/todo_body.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t most_reported = 20;

struct verb_rules {
    std::string_view name;
    batch_verb verb;
    bool of_one;    // it names a to-do, perhaps in a version
    bool has_todo;  // it says what that becomes
};
constexpr verb_rules verbs[] = {
    {"create", batch_verb::create, false, true},
    {"change", batch_verb::change, true, true},
    {"complete", batch_verb::complete, true, false},
    {"delete", batch_verb::remove, true, false},
};

// Reads one operation; what is wrong with it is noted.
class operation_reader {
  public:
    operation_reader(const json::object& members, bool versions) : members_(members), versions_(versions) {}

    batch_operation read(write_set& set) {
        const auto* const rules = read_verb();
        if (rules == nullptr) return refused();
        operation_.verb = rules->verb;
        check_names(*rules);
        if (rules->of_one) read_target();
        read_todo(*rules);
        if (!operation_.wrong.empty()) return refused();
        add_to(set);
        return std::move(operation_);
    }

  private:
    void note(std::string field, errc why) { operation_.wrong.push_back({std::move(field), why}); }

    batch_operation refused() {
        operation_.why = errc::fields_invalid;
        return std::move(operation_);
    }

    const verb_rules* read_verb() {
        const auto* const given = members_.if_contains("op");
        const auto* const name = given == nullptr ? nullptr : given->if_string();
        const auto* const found = std::find_if(std::begin(verbs), std::end(verbs), [&](const verb_rules& v) {
            return name != nullptr && v.name == std::string_view(*name);
        });
        if (found != std::end(verbs)) return found;
        note("/op", errc::batch_verb_unknown);
        return nullptr;
    }

    void check_names(const verb_rules& rules) {
        for (const auto& member : members_) {
            const std::string_view name = member.key();
            const bool fits = name == "op" || (rules.of_one && (name == "id" || name == "version")) ||
                              (rules.has_todo && name == "todo");
            if (!fits && operation_.wrong.size() < most_reported)
                note(text::json_pointer_to(name), errc::not_of_operation);
        }
    }

    void read_target() {
        const auto* const id = members_.if_contains("id");
        const auto read = id != nullptr && id->is_string() ? ids::uuid::parse(id->get_string()) : std::nullopt;
        if (read) {
            id_ = *read;
        } else {
            note("/id", errc::id_invalid);
        }
        const auto* const version = members_.if_contains("version");
        if (version == nullptr && versions_) return note("/version", errc::version_missing);
        if (version == nullptr) return;
        if (version->is_int64() && version->get_int64() > 0) {
            expected_.match = std::vector{version->get_int64()};
        } else {
            note("/version", errc::version_invalid);
        }
    }

    void read_todo(const verb_rules& rules) {
        if (!rules.has_todo) return;
        const auto* const given = members_.if_contains("todo");
        if (given == nullptr || !given->is_object()) return note("/todo", errc::todo_missing);
        violations wrong;
        if (rules.verb == batch_verb::create) {
            if (auto fields = fields_from(*given, wrong)) fields_ = std::move(*fields);
        } else {
            if (auto patch = patch_from(*given, wrong)) patch_ = std::move(*patch);
        }
        for (auto& w : wrong)
            operation_.wrong.push_back({"/todo" + w.field, w.why, std::move(w.found)});
    }

    void add_to(write_set& set) {
        switch (operation_.verb) {
            case batch_verb::create:
                set.emplace_back(create_todo{std::move(fields_)});
                break;
            case batch_verb::complete:
                patch_.done = true;
                [[fallthrough]];
            case batch_verb::change:
                set.emplace_back(change_todo{id_, std::move(patch_), std::move(expected_)});
                break;
            case batch_verb::remove:
                set.emplace_back(remove_todo{id_, std::move(expected_)});
                break;
        }
    }

    const json::object& members_;
    bool versions_;
    batch_operation operation_;
    ids::uuid id_;
    precondition expected_;
    todo_fields fields_;
    todo_patch patch_;
};

batch_operation read_operation(const json::value& v, bool versions, write_set& set) {
    if (v.is_object()) return operation_reader(v.get_object(), versions).read(set);
    return {.why = errc::fields_invalid, .wrong = {{"", errc::operation_not_object}}};
}

void check_members(const json::object& members, batch& b, violations& wrong) {
    for (const auto& member : members) {
        if (member.key() == "operations" || wrong.size() == most_reported) continue;
        if (member.key() != "atomic") {
            wrong.push_back({text::json_pointer_to(member.key()), errc::batch_member_unknown});
        } else if (member.value().is_bool()) {
            b.atomic = member.value().get_bool();
        } else {
            wrong.push_back({"/atomic", errc::not_boolean});
        }
    }
}

// Null when they are none, or too many.
const json::array* operations_of(const json::object& members, violations& wrong) {
    const auto* const given = members.if_contains("operations");
    const auto* const list = given == nullptr ? nullptr : given->if_array();
    if (list != nullptr && !list->empty() && list->size() <= most_writes_in_set) return list;
    wrong.push_back({"/operations", errc::operations_count});
    return nullptr;
}

void append_wrong(const batch_operation& o, std::size_t index, violations& wrong) {
    for (const auto& w : o.wrong)
        if (wrong.size() < most_reported)
            wrong.push_back({"/operations/" + std::to_string(index) + w.field, w.why, w.found});
}

}  // namespace

result<batch> read_batch(std::string_view body, violations& wrong, bool versions) {
    const auto document = read_document(body, {}, wrong);
    if (!document) return document.error();
    if (!document->is_object()) return errc::body_not_object;
    batch b;
    check_members(document->get_object(), b, wrong);
    const auto* const list = operations_of(document->get_object(), wrong);
    if (!wrong.empty()) return errc::batch_invalid;
    for (const auto& v : *list)
        b.operations.push_back(read_operation(v, versions, b.writes));
    for (std::size_t i = 0; b.atomic && i < b.operations.size(); ++i)
        append_wrong(b.operations[i], i, wrong);
    if (!wrong.empty()) return errc::batch_invalid;
    return b;
}

}  // namespace tidings::todo_be
