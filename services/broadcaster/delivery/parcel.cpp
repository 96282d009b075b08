#include "delivery/parcel.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t spare_limit = 512;
constexpr std::size_t spare_request_limit = 64 * 1024;

}  // namespace

given_up given_up_of(const parcel& p, const std::string& endpoint_name) {
    const auto& e = *p.what;
    return {endpoint_name, e.id,        p.attempt, p.last_status,       p.last_error,
            e.sequence,    e.stored_ns, e.subject, e.msg.all_headers(), e.body};
}

std::unique_ptr<parcel> parcel_store::take() {
    if (spare_.empty()) return std::make_unique<parcel>();
    auto p = std::move(spare_.back());
    spare_.pop_back();
    return p;
}

void parcel_store::give_back(std::unique_ptr<parcel> p) {
    if (spare_.size() >= spare_limit || p->request.capacity() > spare_request_limit) return;
    auto request = std::move(p->request);
    *p = parcel{};
    p->request = std::move(request);
    spare_.push_back(std::move(p));
}

}  // namespace tidings::broadcaster
