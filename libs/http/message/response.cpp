#include "http/message/response.hpp"

namespace tidings::http {

namespace {

struct status_reader {
    unsigned operator()(const response_head& r) const { return r.status; }
    unsigned operator()(const prepared& r) const { return r.status; }
    unsigned operator()(const cut&) const { return 0; }
};

struct head_finder {
    response_head* operator()(response_head& r) const { return &r; }
    response_head* operator()(prepared&) const { return nullptr; }
    response_head* operator()(cut&) const { return nullptr; }
};

}  // namespace

content json_response(unsigned status, std::string body) {
    return {{.status = status, .content_type = "application/json", .headers = {}}, std::move(body)};
}

content no_content() { return {{.status = 204, .content_type = {}, .headers = {}}, {}}; }

unsigned status_of(const response& r) { return std::visit(status_reader(), r); }

response_head* head_of(response& r) { return std::visit(head_finder(), r); }

}  // namespace tidings::http
