#include "domain/verdict.hpp"

#include <boost/json/parse.hpp>
#include <string>

#include "text/ascii.hpp"

namespace tidings::todo_cron {

namespace {

bool may_pass(unsigned status) {
    return status == 0 || status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

bool names_the_key(const boost::json::object& problem, std::string_view member) {
    const auto* value = problem.if_contains(member);
    if (value == nullptr || !value->is_string()) return false;
    return text::lowered(std::string_view(value->get_string())).find("idempotency-key") != std::string::npos;
}

// A 422 for a wrong title lists its fields in `errors`; one for the key has none.
bool is_reused_key(std::string_view body) {
    boost::system::error_code failure;
    const auto parsed = boost::json::parse(body, failure);
    if (failure || !parsed.is_object()) return false;
    const auto& problem = parsed.get_object();
    const auto* errors = problem.if_contains("errors");
    if (errors != nullptr && errors->is_array() && !errors->get_array().empty()) return false;
    return names_the_key(problem, "title") || names_the_key(problem, "detail") || names_the_key(problem, "type");
}

}  // namespace

verdict judge_page(unsigned status) {
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) return verdict::done;
    return may_pass(status) ? verdict::retry : verdict::refuse;
}

verdict judge_creation(unsigned status, bool replayed, std::string_view body) {
    if (status >= 200 && status <= 299) return replayed ? verdict::already_done : verdict::done;
    if (status == 422 && is_reused_key(body)) return verdict::already_done;
    return status == 409 || may_pass(status) ? verdict::retry : verdict::refuse;
}

std::string_view to_string(verdict v) {
    switch (v) {
        case verdict::done:
            return "done";
        case verdict::already_done:
            return "already_done";
        case verdict::retry:
            return "temporary_failure";
        case verdict::refuse:
            return "permanent_failure";
    }
    return "permanent_failure";
}

}  // namespace tidings::todo_cron
