// A value of the bucket of endpoints, or the body of a request of the API: any JSON, or none; and sealed secrets.
#include "registry/stored_endpoint.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "fuzz/fuzz.hpp"
#include "registry/endpoint_document.hpp"

namespace tidings::fuzz {

namespace {

using namespace broadcaster;

bool usable_url(std::string_view url) { return url.starts_with("https://"); }
std::string_view any_name(std::string_view) { return {}; }

constexpr endpoint_policy policy{
    .usable_url = usable_url, .stream_problem = any_name, .subject_problem = any_name, .is_operator = false};

const secret_box& box() {
    static const secret_box b = *secret_box::parse("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    return b;
}

void check_told(const violations& wrong) {
    for (const auto& w : wrong)
        require(!w.detail.empty(), "a refusal says why");
}

void check_stored(std::string_view bytes) {
    const auto s = stored_endpoint::parse(bytes);
    if (!s) return check_told(s.error());
    const auto again = stored_endpoint::parse(s->text());
    require(again && again->document == s->document && again->secrets == s->secrets &&
                again->incarnation == s->incarnation && again->created_at == s->created_at &&
                again->start.stream == s->start.stream && again->start.created == s->start.created &&
                again->start.sequence == s->start.sequence,
            "a stored endpoint survives the way out and in");
    const auto opened = s->open("billing", box(), policy);
    if (!opened) return check_told(opened.error());
    require(opened->name == "billing" && opened->start_sequence > 0, "what was opened is the endpoint asked for");
}

void check_document(std::string_view bytes) {
    boost::system::error_code failure;
    const auto v = boost::json::parse(bytes, failure);
    if (failure || !v.is_object()) return;
    violations wrong;
    const auto spec = read_document(v.get_object(), {}, wrong);
    check_told(wrong);
    auto patched = v.get_object();
    merge_patch(patched, v.get_object());
    if (wrong.empty()) {
        const auto made = make_endpoint(spec, policy);
        if (made.has_error()) check_told(made.error());
        if (made) require(valid_endpoint_name(made->name), "what was accepted has a valid name");
    }
}

void check_sealed(std::string_view bytes) {
    const auto opened = box().open(bytes, "billing");
    require(opened.has_value() || !opened.has_error() || opened.error() != unsealing{}, "a refusal says why");
    const auto sealed = box().seal(bytes, "billing");
    const auto again = box().open(sealed, "billing");
    require(again && *again == bytes, "a secret survives the way out and in");
    require(!box().open(sealed, "other"), "it is one endpoint's");
    secret_box::parse(bytes);
}

}  // namespace

void check(std::string_view bytes) {
    check_stored(bytes);
    check_document(bytes);
    check_sealed(bytes);
}

}  // namespace tidings::fuzz
