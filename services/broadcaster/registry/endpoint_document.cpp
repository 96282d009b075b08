#include "registry/endpoint_document.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>

#include "config/value_text.hpp"
#include "text/json_string.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

std::optional<std::uint64_t> whole_number(const json::value& v) {
    if (v.is_uint64()) return v.get_uint64();
    if (v.is_int64() && v.get_int64() >= 0) return static_cast<std::uint64_t>(v.get_int64());
    // 1e2 and 100.0 are whole numbers too.
    if (v.is_double() && v.get_double() >= 0 && v.get_double() < 1e15 && std::trunc(v.get_double()) == v.get_double())
        return static_cast<std::uint64_t>(v.get_double());
    return std::nullopt;
}

// What to do about a member that is none.
std::string why_refused(std::string_view member) {
    if (is_shown_only(member)) return "is what the endpoint is found to be, and cannot be set: leave it out";
    if (member == "secret" || member == "secret_files")
        return R"(is a setting of the broadcaster's file only; use "secrets": ["whsec_..."])";
    return "is not a setting of an endpoint";
}

// Takes the members of one document, and notes those that are of another type.
class document_reader {
  public:
    // `inside`: which member of the document it is, "source/"; none: the document itself.
    document_reader(const json::object& document, violations& wrong, std::string inside = {})
        : document_(document), wrong_(wrong), inside_(std::move(inside)) {}

    void text(std::string_view name, std::string& value) {
        const auto* v = find(name);
        if (v == nullptr) return;
        if (!v->is_string()) return note(name, "must be a string");
        value = std::string(v->get_string());
    }
    // A text, or a number.
    void place(std::string_view name, std::string& value) {
        const auto* v = document_.if_contains(name);
        asked_.push_back(name);
        if (v == nullptr) return;
        const auto n = whole_number(*v);
        if (!n && !v->is_string()) return note(name, "must be a string or a whole number");
        value = n ? std::to_string(*n) : std::string(v->get_string());
    }
    void flag(std::string_view name, bool& value) {
        const auto* v = find(name);
        if (v == nullptr) return;
        if (!v->is_bool()) return note(name, "must be true or false");
        value = v->get_bool();
    }
    void number(const number_field& f, std::uint64_t& value) {
        const auto* v = find(f.name);
        if (v == nullptr) return;
        const auto n = whole_number(*v);
        if (!n)
            return note(f.name,
                        "must be a whole number; use " + std::to_string(f.lowest) + ".." + std::to_string(f.highest));
        value = *n;
    }
    void duration(const duration_field& f, milliseconds& value) {
        if (const auto* v = find(f.name)) read_duration(f.name, *v, value, f.lowest, f.highest);
    }
    void texts(std::string_view name, std::vector<std::string>& values) {
        each(name, values, [this](const std::string& where, const json::value& v, std::string& value) {
            if (!v.is_string()) return note(where, "must be a string");
            value = std::string(v.get_string());
        });
    }
    void durations(std::string_view name, std::vector<milliseconds>& values) {
        each(name, values, [this](const std::string& where, const json::value& v, milliseconds& value) {
            read_duration(where, v, value, milliseconds(0), longest_retry_pause);
        });
    }
    void source(endpoint& e) {
        const auto* v = find("source");
        if (v == nullptr) return;
        if (!v->is_object()) return note("source", R"(must be an object such as {"stream": "ORDERS"})");
        document_reader in(v->get_object(), wrong_, "source/");
        in.text("stream", e.source_stream);
        in.text("subject", e.source_subject);
        in.refuse_others();
    }
    void refuse_others() {
        for (const auto& member : document_)
            if (std::find(asked_.begin(), asked_.end(), member.key()) == asked_.end())
                wrong_.push_back({"/" + inside_ + text::json_pointer_to(member.key()).substr(1),
                                  inside_.empty() ? why_refused(member.key()) : why_refused({})});
    }

  private:
    const json::value* find(std::string_view name) {
        asked_.push_back(name);
        return document_.if_contains(name);
    }
    void note(std::string_view where, std::string detail) {
        wrong_.push_back({"/" + inside_ + std::string(where), std::move(detail)});
    }
    void read_duration(std::string_view where, const json::value& v, milliseconds& value, milliseconds lowest,
                       milliseconds highest) {
        if (!v.is_string()) return note(where, "must be a duration as a string, such as \"250ms\", \"10s\" or \"1h\"");
        try {
            value = config::to_duration({std::string_view(v.get_string()), true}, lowest, highest);
        } catch (const config::bad_value& e) {
            note(where, e.what());
        }
    }
    template <class T, class Read>
    void each(std::string_view name, std::vector<T>& values, Read read) {
        const auto* v = find(name);
        if (v == nullptr) return;
        if (!v->is_array()) return note(name, "must be an array");
        values.assign(v->get_array().size(), {});
        for (std::size_t i = 0; i < values.size(); ++i)
            read(std::string(name) + "/" + std::to_string(i), v->get_array()[i], values[i]);
    }

    const json::object& document_;
    violations& wrong_;
    std::string inside_;
    std::vector<std::string_view> asked_;
};

}  // namespace

endpoint_spec read_document(const json::object& document, endpoint_spec s, violations& wrong) {
    document_reader in(document, wrong);
    auto& e = s.values;
    in.text("name", e.name);
    in.source(e);
    in.text("url", e.url);
    in.texts("secrets", e.secrets);
    in.texts("events", e.event_types);
    in.text("ca_file", e.ca_file);
    for (const auto& f : choice_fields())
        f.text == &endpoint_spec::deliver_from ? in.place(f.name, s.*f.text) : in.text(f.name, s.*f.text);
    for (const auto& f : flag_fields())
        in.flag(f.name, e.*f.value);
    for (const auto& f : number_fields())
        in.number(f, e.*f.value);
    for (const auto& f : duration_fields())
        in.duration(f, e.*f.value);
    in.durations("retry_schedule", e.retry_schedule);
    in.refuse_others();
    return s;
}

void merge_patch(json::object& target, const json::object& patch) {
    for (const auto& member : patch) {
        if (member.value().is_null()) {
            target.erase(member.key());
        } else if (member.value().is_object()) {
            auto& below = target[member.key()];
            if (!below.is_object()) below.emplace_object();
            merge_patch(below.get_object(), member.value().get_object());
        } else {
            target[member.key()] = member.value();
        }
    }
}

json::object replacement(json::object given, const json::object& before) {
    for (auto it = given.begin(); it != given.end();)
        it = is_shown_only(it->key()) ? given.erase(it) : std::next(it);
    const auto* url = before.if_contains("url");
    const auto* format = given.if_contains("format");
    if (url != nullptr && (format == nullptr || *format != "log-only")) given.emplace("url", *url);
    return given;
}

bool keep_place(json::object& document, endpoint_spec& s, const json::object& before) {
    violations ignored;
    const auto was = read_document(before, {}, ignored).deliver_from;
    if (document.contains("deliver_from")) return s.deliver_from == was;
    if (const auto* place = before.if_contains("deliver_from")) document["deliver_from"] = *place;
    s.deliver_from = was;
    return true;
}

}  // namespace tidings::broadcaster
