// A webhook receiver to develop and test against: it verifies, shows and counts what arrives at any path, and responds
// as instructed. Its own paths: GET / (page), GET and DELETE /stats, GET /ids?path=, POST /behaviour, /livez, /readyz.
#pragma once

#include <deque>

#include "behaviour.hpp"
#include "events/cloud_event.hpp"
#include "http/server/router.hpp"
#include "ledger.hpp"
#include "observe/metrics.hpp"
#include "settings.hpp"
#include "webhook.hpp"

namespace tidings::receiver {

class receiver {
  public:
    receiver(settings s, observe::metrics& metrics);
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;

    // Valid as long as the receiver.
    http::router routes();

  private:
    runtime::task<http::response> take(http::request& r);
    std::string verdict(const http::request& r) const;
    void show(const http::request& r, const events::event_attributes& event, std::string verdict, unsigned status);

    runtime::task<http::response> page(http::request& r);
    runtime::task<http::response> stats(http::request& r);
    runtime::task<http::response> reset(http::request& r);
    runtime::task<http::response> ids(http::request& r);
    runtime::task<http::response> behave(http::request& r);

    settings settings_;
    behaviours behaviours_;
    ledger ledger_;
    std::deque<webhook> latest_;  // newest first
    observe::counter accepted_, refused_, bad_signatures_;
};

}  // namespace tidings::receiver
