// One run: a random article becomes one to-do.
#pragma once

#include <string>

#include "domain/verdict.hpp"
#include "http/client/fetch.hpp"
#include "observe/metrics.hpp"
#include "retry_time.hpp"
#include "runtime/task.hpp"
#include "settings.hpp"

namespace tidings::todo_cron {

class job {
  public:
    // Both are borrowed.
    job(const settings& s, observe::metrics& metrics);

    // done, already_done; retry when the time was over, refuse when trying again is of no use. Tells the log why.
    runtime::task<verdict> run();

  private:
    // A title that fits, in title_; done, retry or refuse as above.
    runtime::task<verdict> find_title();
    // Asks the random page until it answers with a redirect; then its absolute target is in article_.
    runtime::task<verdict> ask_for_article();
    runtime::task<verdict> create_todo();

    http::fetch_request page_request() const;
    http::fetch_request creation_request(const std::string& body) const;

    const settings& settings_;
    observe::metrics& metrics_;
    retry_time time_;
    std::string page_;     // the random page, wherever it has moved to
    std::string article_;  // an absolute URL; empty when the last Location was of no use
    std::string title_;
};

}  // namespace tidings::todo_cron
