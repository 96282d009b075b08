// Arrivals, counted per path.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "id_log.hpp"

namespace tidings::receiver {

// The counters of one path, with the same names as in GET /stats.
struct counts {
    std::uint64_t received = 0;          // webhooks, whatever the outcome
    std::uint64_t unique = 0;            // distinct webhook-ids
    std::uint64_t duplicates = 0;        // webhooks whose id arrived before (including retries of a failure)
    std::uint64_t accepted = 0;          // distinct webhook-ids answered with success
    std::uint64_t repeated = 0;          // webhooks whose id had been answered with success before
    std::uint64_t order_violations = 0;  // first arrivals with a `sequence` not above an earlier one, by partitionkey
    std::uint64_t bad_signatures = 0;    // rejected; otherwise only in `received`
    std::map<unsigned, std::uint64_t> statuses;  // by status sent; 0: the connection was cut without a response

    void add(const counts& other);
    boost::json::object to_json() const;
};

// The parts of a webhook that decide about duplicates and order. Empty: absent.
struct arrival {
    std::string_view id, partitionkey, sequence;
};

class ledger {
  public:
    void received(std::string_view path) { page(path).counts.received++; }
    void bad_signature(std::string_view path) { page(path).counts.bad_signatures++; }
    void arrived(std::string_view path, const arrival& a);
    void answered(std::string_view path, std::string_view id, unsigned status);

    // {"received": ..., ..., "paths": {"/hook": {"received": ...}}}
    boost::json::object stats() const;
    // null if nothing arrived at that path.
    std::shared_ptr<const id_log> ids(std::string_view path) const;
    void clear() { pages_.clear(); }

  private:
    struct page {
        receiver::counts counts;
        // Shared with a response that is still sending them when the ledger is cleared.
        std::shared_ptr<id_log> ids = std::make_shared<id_log>();
        std::unordered_map<std::string, std::uint64_t> latest;  // partitionkey -> highest sequence
    };
    page& page(std::string_view path);
    static void check_order(struct page& p, const arrival& a);
    static counts totals(const struct page& p);

    std::map<std::string, struct page, std::less<>> pages_;
};

}  // namespace tidings::receiver
